//! Writes which genomes are nearest to each genome of a batch, and its cluster: a row for each neighbour, tabs between
//! cells.
//!
//! A genome without neighbours has one row too, so that none is missing. Start at [`NeighbourRows::write`].

use super::text::{self, Buffer};
use crate::neighbours::{Neighbour, Neighbourhood, Relatives};

/// Names of the columns.
const COLUMNS: [&str; 8] =
    ["seqName", "rank", "from", "neighbour", "distance", "compared", "cluster", "clusterSize"];

const DELIMITER: u8 = b'\t';

/// A neighbourhood with the names of its genomes.
pub struct NeighbourRows<'a, Batch, Background> {
    /// What was found.
    pub neighbourhood: &'a Neighbourhood,
    /// Name of each genome of the batch.
    pub batch: Batch,
    /// Name of each genome of the background.
    pub background: Background,
}

/// The names of the columns.
pub fn write_header(out: &mut Buffer) {
    text::list(out, DELIMITER, COLUMNS, |out, name| out.extend_from_slice(name.as_bytes()));
    out.push(b'\n');
}

impl<'a, Batch: Fn(u32) -> &'a str, Background: Fn(u32) -> &'a str> NeighbourRows<'a, Batch, Background> {
    /// The rows of one genome of the batch.
    pub fn write(&self, number: u32, out: &mut Buffer) {
        let Some(relatives) = self.neighbourhood.genomes.get(number as usize) else { return };
        let Relatives { batch, background, .. } = relatives;
        for (at, neighbour) in batch.iter().enumerate() {
            self.row(number, Some((at, "batch", (self.batch)(neighbour.number), neighbour)), out);
        }
        for (at, neighbour) in background.iter().enumerate() {
            let name = (self.background)(neighbour.number);
            self.row(number, Some((at, "background", name, neighbour)), out);
        }
        if batch.is_empty() && background.is_empty() {
            self.row(number, None, out);
        }
    }

    fn row(&self, number: u32, found: Option<(usize, &str, &str, &Neighbour)>, out: &mut Buffer) {
        name((self.batch)(number), out);
        out.push(DELIMITER);
        match found {
            Some((at, from, of_neighbour, neighbour)) => {
                text::integer(out, at as u64 + 1);
                out.push(DELIMITER);
                out.extend_from_slice(from.as_bytes());
                out.push(DELIMITER);
                name(of_neighbour, out);
                for count in [neighbour.distance, neighbour.compared] {
                    out.push(DELIMITER);
                    text::integer(out, count.into());
                }
            }
            None => out.extend_from_slice(&[DELIMITER; 4]),
        }
        out.push(DELIMITER);
        let relatives = &self.neighbourhood.genomes[number as usize];
        let cluster =
            relatives.cluster.and_then(|at| Some((at, self.neighbourhood.clusters.get(at as usize)?)));
        match cluster {
            Some((cluster, members)) => {
                text::integer(out, u64::from(cluster) + 1);
                out.push(DELIMITER);
                text::integer(out, members.len() as u64);
            }
            None if relatives.is_comparable => out.extend_from_slice(b"\t1"),
            None => out.push(DELIMITER),
        }
        out.push(b'\n');
    }
}

fn name(name: &str, out: &mut Buffer) {
    let begin = out.len();
    out.extend_from_slice(name.as_bytes());
    text::quote(out, begin, DELIMITER);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_genome_has_a_row() {
        let neighbour = |number, distance| Neighbour { number, distance, compared: 90 };
        let neighbourhood = Neighbourhood {
            genomes: vec![
                Relatives {
                    batch: vec![neighbour(1, 2)],
                    background: vec![neighbour(0, 0)],
                    cluster: Some(0),
                    is_comparable: true,
                },
                Relatives { batch: vec![neighbour(0, 2)], cluster: Some(0), ..Relatives::default() },
                Relatives { is_comparable: true, ..Relatives::default() },
                Relatives::default(),
            ],
            clusters: vec![vec![0, 1]],
        };
        let names = ["a", "b\tc \"d\"", "e", "f"];
        let rows = NeighbourRows {
            neighbourhood: &neighbourhood,
            batch: |number: u32| names[number as usize],
            background: |_| "old",
        };
        let mut out = Vec::new();
        write_header(&mut out);
        (0..5).for_each(|number| rows.write(number, &mut out));
        let expected = "seqName\trank\tfrom\tneighbour\tdistance\tcompared\tcluster\tclusterSize\n\
                        a\t1\tbatch\t\"b\tc \"\"d\"\"\"\t2\t90\t1\t2\n\
                        a\t1\tbackground\told\t0\t90\t1\t2\n\
                        \"b\tc \"\"d\"\"\"\t1\tbatch\ta\t2\t90\t1\t2\n\
                        e\t\t\t\t\t\t\t1\n\
                        f\t\t\t\t\t\t\t\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
