//! Which template a sheet follows, by the names of its columns.
//!
//! The columns themselves are listed in `columns.rs`. Refuses to look at what is in the rows, except to skip a
//! second line of headings. Start at [`recognise`].

use super::columns::{self, Field};
use super::file::Grid;
use csv::StringRecord;
use hearth_base::language::folded;

/// Rows above the header that are looked through: titles, and the checklist's name in ENA's sheets.
pub(super) const MOST_ROWS_ABOVE: usize = 5;

/// Whose columns a sheet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// Ours: [`super::hearth_columns`].
    Hearth,
    /// GISAID's sheets for many records at once: EpiCoV (`covv_`), and its like for other pathogens (`pox_`,
    /// `rsv_`, `arbo_`).
    Gisaid,
    /// Loculus, which Pathoplexus runs on.
    Loculus,
    /// GenBank's table of source modifiers.
    GenBank,
    /// ENA's virus pathogen checklist, ERC000033.
    Ena,
    /// None of these; columns were understood by their usual names.
    Other,
}

impl Template {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hearth => "Hearth",
            Self::Gisaid => "GISAID",
            Self::Loculus => "Pathoplexus/Loculus",
            Self::GenBank => "GenBank source modifiers",
            Self::Ena => "ENA ERC000033",
            Self::Other => "no known template",
        }
    }

    const NAMED: [Self; 5] = [Self::Hearth, Self::Gisaid, Self::Loculus, Self::GenBank, Self::Ena];

    /// Whether the columns that tell it from others are there.
    fn is_likely(self, columns: &[Use]) -> bool {
        let has = |wanted: Field| columns.iter().any(|column| column.field() == Some(wanted));
        match self {
            Self::Hearth | Self::GenBank => has(Field::Sample) || has(Field::Record),
            Self::Gisaid => has(Field::Sample) && has(Field::Location),
            Self::Loculus => has(Field::Sample) && (has(Field::Country) || has(Field::Collected)),
            Self::Ena => has(Field::Sample) && has(Field::Country),
            Self::Other => true,
        }
    }
}

/// What is done with a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is a field that every template has under some name.
    Field(Field),
    /// It names the FASTA record of this segment.
    Segment(String),
    /// It is kept under its header.
    Other,
    /// It is not kept: it may identify a patient.
    Stopped,
    /// It has no header and nothing in it is kept.
    Nameless,
}

impl Use {
    /// Whether it is a field.
    pub fn is_field(&self) -> bool {
        matches!(self, Self::Field(_))
    }

    /// The field, if it is one.
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(*field),
            _ => None,
        }
    }
}

/// A sheet's template, where its rows begin, and what its columns are.
#[derive(Debug)]
pub(super) struct Recognised {
    pub template: Template,
    /// Index of the header among the grid's rows.
    pub header: usize,
    /// Index of the first row of a sample.
    pub first: usize,
    pub uses: Vec<Use>,
}

/// Finds the header and the template it follows: of the first rows and the templates whose telling columns are
/// there, the pair that explains most columns.
pub(super) fn recognise(grid: &Grid) -> Recognised {
    let mut best: Option<(usize, Recognised)> = None;
    for (header, (_, row)) in grid.rows.iter().enumerate().take(MOST_ROWS_ABOVE) {
        for template in Template::NAMED.into_iter().chain([Template::Other]) {
            let uses = uses(template, row);
            let known = uses.iter().filter(|used| matches!(used, Use::Field(_) | Use::Segment(_))).count();
            // A named template wins over usual names; the first row over later ones.
            let score = known * 2 + usize::from(template != Template::Other);
            let has_sample = uses.iter().any(|used| used.field() == Some(Field::Sample));
            let is_better = best.as_ref().is_none_or(|(so_far, _)| score > *so_far);
            if is_better
                && template.is_likely(&uses)
                && (has_sample || template == Template::GenBank || header == 0)
            {
                best = Some((score, Recognised { template, header, first: header + 1, uses }));
            }
        }
    }
    let none = Recognised { template: Template::Other, header: 0, first: 1, uses: Vec::new() };
    let mut found = best.map_or(none, |(_, recognised)| recognised);
    while grid.rows.get(found.first).is_some_and(|(_, row)| is_second_heading(row, &found)) {
        found.first += 1;
    }
    found
}

fn uses(template: Template, header: &StringRecord) -> Vec<Use> {
    let mut seen = Vec::new();
    let mut of = |header: &str| {
        let name = folded(header);
        if name.is_empty() {
            return Use::Nameless;
        }
        if let Some(segment) = columns::segment_of(template, header) {
            return Use::Segment(segment);
        }
        match columns::field_of(template, &name) {
            // The first of two columns for one field counts; the other is kept under its header.
            Some(field) if !seen.contains(&field) => {
                seen.push(field);
                Use::Field(field)
            }
            _ => Use::Other,
        }
    };
    header.iter().map(&mut of).collect()
}

/// GISAID's sheets have a second row of headings for people, ENA's one of units or of explanations.
fn is_second_heading(row: &StringRecord, found: &Recognised) -> bool {
    if row.get(0).is_some_and(|cell| cell.starts_with("#units")) {
        return true;
    }
    let sample = found.uses.iter().position(|used| used.field() == Some(Field::Sample));
    let Some(cell) = sample.and_then(|column| row.get(column)) else { return false };
    match found.template {
        Template::Gisaid => folded(cell) == "virus name",
        Template::Ena => {
            ["mandatory", "optional", "recommended"].iter().any(|word| folded(cell).starts_with(word))
        }
        _ => false,
    }
}
