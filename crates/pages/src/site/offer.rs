//! A file in which genomes can be taken away, as a page offers it. Start at [`Offer`].

use crate::messages::{Catalogue, Key};
use crate::number;

/// A file of the genomes that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The format, as addresses name it.
    pub format: &'static str,
    /// About how large it is.
    pub bytes: u64,
    /// The most genomes that it holds, where these are more.
    pub most: Option<u64>,
}

impl Offer {
    /// What it is called; its short name where there are no words for it.
    pub fn title(&self, words: &Catalogue) -> String {
        let key = match self.format {
            "fasta" => Key::AskTakeFasta,
            "aligned" => Key::AskTakeAligned,
            "translated" => Key::AskTakeTranslated,
            "tsv" => Key::AskTakeTsv,
            "ndjson" => Key::AskTakeNdjson,
            "parquet" => Key::AskTakeParquet,
            "vcf" => Key::AskTakeVcf,
            "gff3" => Key::AskTakeGff3,
            "genbank" => Key::AskTakeGenbank,
            "ena" => Key::AskTakeEna,
            "newick" => Key::AskTakeNewick,
            "auspice" => Key::AskTakeAuspice,
            other => return other.to_owned(),
        };
        words.say(key)
    }

    /// How large it is, or why it cannot be had.
    pub fn size(&self, words: &Catalogue) -> String {
        match self.most {
            Some(most) => words.count(Key::AskTakeMost, most),
            None => words.with(Key::AskTakeSize, "size", &number::bytes(self.bytes)),
        }
    }
}
