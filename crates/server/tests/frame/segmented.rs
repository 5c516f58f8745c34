//! A laboratory with a pathogen of three segments, whose packs are made of letters drawn by chance, and one of a single
//! segment beside it.
//!
//! Start at [`Lab::new`], then [`Lab::bring`] and [`Lab::release`].

use crate::serving::Server;
use hearth_base::audience::{Audience, Member};
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_genome::assay::PanelOnReference;
use hearth_genome::pack::{Pack, PackFiles};
use hearth_ledger::rules::Actor;
use hearth_server::app::genomes::release::Choice;
use hearth_server::app::genomes::{DraftDocument, DraftSettings};
use hearth_server::app::index::follow;
use hearth_server::app::packs::{Packs, ReadyPack};
use hearth_server::app::pathogens::Grouping;
use hearth_store::drafts::{self, DraftFile, FileSort, Order};
use hearth_store::jobs;

/// The pathogen of three segments.
pub const TINY: &str = "tiny";
/// A segment: its name, its pack, its letters, its coding sequence and where that lies.
type Of = (&'static str, &'static str, usize, &'static str, (usize, usize));
/// Names of segments, their packs, letters, and the one coding sequence of each with its first and last letter. The
/// second alone has a tree.
pub const SEGMENTS: [Of; 3] = [
    ("NP", "tiny_np", 900, "NP1", (11, 610)),
    ("HA", "tiny_ha", 1_300, "HA1", (31, 930)),
    ("NA", "tiny_na", 1_100, "NA", (21, 920)),
];
/// Where the node B of the tree differs, from 1.
pub const OF_NODE: usize = 1_000;

/// Letters drawn by chance, without stops in the coding sequence.
pub fn reference(segment: usize) -> Vec<u8> {
    let (.., length, _, (begin, end)) = SEGMENTS[segment];
    let mut letters = drawn(segment as u64 + 5, length);
    for codon in letters[begin - 1..end].chunks_exact_mut(3) {
        if [&b"TAA"[..], b"TAG", b"TGA"].contains(&&*codon) {
            codon[0] = b'C';
        }
    }
    letters
}

fn drawn(seed: u64, length: usize) -> Vec<u8> {
    let mut random = seed;
    let mut letter = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b"ACGT"[(random >> 40) as usize % 4]
    };
    (0..length).map(|_| letter()).collect()
}

/// Another letter in the place of one.
pub fn other(letter: u8) -> u8 {
    b"CGTA"[b"ACGT".iter().position(|own| *own == letter).expect("a base")]
}

fn pack(name: &str, letters: &[u8], annotation: Option<&str>, tree: Option<&str>) -> ReadyPack {
    let fasta = [b">", name.as_bytes(), b"\n", letters, b"\n"].concat();
    let files = PackFiles {
        name,
        reference: &fasta,
        pathogen: br#"{"schemaVersion": "3.0.0", "alignmentParams": {"minSeedCover": 0.1}}"#,
        annotation: annotation.map(str::as_bytes),
        tree: tree.map(str::as_bytes),
    };
    let pack = Pack::from_files(&files).expect("a pack");
    ReadyPack::new(pack, "1".to_owned(), Digest::of(&fasta), PanelOnReference::default())
}

/// The packs by themselves.
pub fn ungrouped() -> Packs {
    let of = |number: usize| {
        let (_, name, length, cds, (begin, end)) = SEGMENTS[number];
        let letters = reference(number);
        let annotation = format!(
            "##gff-version 3\n##sequence-region {name} 1 {length}\n\
             {name}\tx\tCDS\t{begin}\t{end}\t.\t+\t0\tID={cds};Name={cds}\n"
        );
        let own = letters[OF_NODE.min(length) - 1];
        let node = |name: &str, clade: &str, nucleotides: &str, children: &str| {
            format!(
                r#"{{"name": "{name}", "branch_attrs": {{"mutations": {{{nucleotides}}}}}, "node_attrs":
                {{"div": 0, "clade_membership": {{"value": "{clade}"}}}}, "children": [{children}]}}"#
            )
        };
        let change = format!(r#""nuc": ["{}{OF_NODE}{}"]"#, char::from(own), char::from(other(own)));
        let children = [node("na", "A", "", ""), node("nb", "B", &change, "")].join(",");
        let tree = format!(r#"{{"meta": {{}}, "tree": {}}}"#, node("root", "A", "", &children));
        pack(name, &letters, Some(&annotation), (number == 1).then_some(&tree))
    };
    let alone = pack("solo", &drawn(99, 1_200), None, None);
    Packs::new((0..SEGMENTS.len()).map(of).chain([alone]).collect()).expect("packs")
}

/// The same, three of them grouped.
pub fn packs() -> Packs {
    let segments = SEGMENTS.iter().map(|(segment, pack, ..)| ((*segment).to_owned(), (*pack).to_owned()));
    let group = Grouping {
        name: TINY.to_owned(),
        title: Some("Tiny virus".to_owned()),
        segments: segments.collect(),
    };
    ungrouped().grouped(&[group]).expect("a group")
}

/// A genome that is brought: the letters of each segment that it has.
pub struct Sample {
    pub name: &'static str,
    pub segments: [Option<Vec<u8>>; 3],
}

impl Sample {
    /// Records whose names say sample and segment.
    pub fn fasta(&self) -> String {
        let record = |(letters, segment): (&Option<Vec<u8>>, &Of)| {
            let letters = String::from_utf8(letters.clone()?).expect("letters");
            Some(format!(">{}_{}\n{letters}\n", self.name, segment.0))
        };
        self.segments.iter().zip(&SEGMENTS).filter_map(record).collect()
    }
}

pub struct Lab {
    pub server: Server,
    pub owner: Actor,
    pub partner: PartyId,
}

impl Lab {
    pub async fn new() -> Self {
        let server = Server::start_with(packs(), |config| {
            config.rates.address_burst = 1_000_000;
            config.rates.address_per_minute = 1_000_000;
        });
        let server = server.await.founded().await;
        let (party, person) = server.guest("owner", &Role::ALL).await;
        let (partner, _) = server.guest("partner", &Role::ALL).await;
        let owner = Actor { person, party, roles: Role::ALL.into(), is_of_host: false };
        follow::catch_up(&server.app).await.expect("followed");
        Self { server, owner, partner }
    }

    /// Brings records of samples, and has them analysed.
    pub async fn bring(&self, fasta: &str, samples: &[&str]) -> RecordId {
        let app = &self.server.app;
        let rows = samples.iter().map(|name| format!("{name}\t2025-02-03\tKE\n"));
        let sheet = format!("sample\tcollected\tcountry\n{}", rows.collect::<String>());
        let mut files = Vec::new();
        for (name, sort, bytes) in [
            ("some.fasta", FileSort::Sequences, fasta.as_bytes().to_vec()),
            ("some.tsv", FileSort::Metadata, sheet.into_bytes()),
        ] {
            let length = bytes.len() as u64;
            let digest = app.blobs.put(bytes).await.expect("kept");
            files.push(DraftFile { name: name.to_owned(), sort, digest, bytes: length });
        }
        let (genomes, now) = (app.genomes(), app.now());
        let settings = DraftSettings::default();
        let id = genomes.bring(&self.owner, "some", &settings, &files, now).await.expect("brought");
        while let Some(job) = jobs::claim(app.store.database(), "test", now, 60_000).await.expect("claimed") {
            genomes.analyse_draft(&job, now).await.expect("analysed");
        }
        id
    }

    /// What the analysis made of what was brought.
    pub async fn documents(&self, id: RecordId) -> Vec<DraftDocument> {
        let mut read = self.server.app.store.read().await.expect("reading");
        let rows = drafts::genomes(&mut read, id, Order::AsTheyCame, 0, 100).await.expect("genomes");
        rows.iter().map(|row| serde_json::from_slice(&row.document).expect("a document")).collect()
    }

    /// Hands in and releases: to everybody, or to the partner alone.
    pub async fn release(&self, id: RecordId, is_open: bool) {
        let app = &self.server.app;
        let (genomes, now) = (app.genomes(), app.now());
        genomes.hand_in(&self.owner, id, now).await.expect("handed in");
        genomes.approve(&self.owner, id, "", now).await.expect("approved");
        let members = if is_open { Vec::new() } else { vec![Member::Party(self.partner)] };
        let choice = Choice {
            terms: if is_open { "OPEN" } else { "PARTNERS" }.to_owned(),
            audience: Audience::of(members).expect("few"),
            open_from: None,
        };
        genomes.release(&self.owner, id, Some(choice), now).await.expect("released");
        follow::catch_up(app).await.expect("followed");
    }
}
