//! Times the reading of a tree: `cargo run --release -p hearth-genome --example read_tree -- tree.json`.

use std::time::{Duration, Instant};

use hearth_genome::pack::auspice::TreeFile;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("name a tree.json")?;
    let bytes = std::fs::read(path)?;
    let mut best = Duration::MAX;
    let mut nodes = 0;
    for _ in 0..20 {
        let start = Instant::now();
        nodes = TreeFile::from_json(&bytes)?.nodes.len();
        best = best.min(start.elapsed());
    }
    println!("{nodes} nodes, {} bytes: {:.2} ms (best of 20)", bytes.len(), best.as_secs_f64() * 1e3);
    Ok(())
}
