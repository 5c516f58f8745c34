//! Column 9 of a GFF3 line: `key=value1,value2;key=value`, percent-encoded.
//!
//! Also knows which keys are taken for a name, in which order; that order is Nextclade's, so that a pack
//! gives its genes the same names here and there.

use super::model::Attribute;
use percent_encoding::percent_decode_str;

const GENE: &[&str] = &["Gene", "gene", "gene_name", "locus_tag"];
const NAME: &[&str] = &["Name", "name", "Alias", "alias", "standard_name", "old-name"];
const SYNONYM: &[&str] = &["gene_synonym", "gb-synonym", "acronym", "gb-acronym"];
const PRODUCT: &[&str] = &["product"];
const PROTEIN: &[&str] = &["protein_id"];
const ID: &[&str] = &["ID"];

/// Keys that name a gene (or anything that is neither coding sequence nor mature protein), best first.
const GENE_NAME_KEYS: [&[&str]; 6] = [GENE, NAME, PRODUCT, SYNONYM, PROTEIN, ID];

/// Keys that name a coding sequence, best first.
const CDS_NAME_KEYS: [&[&str]; 6] = [NAME, GENE, PRODUCT, SYNONYM, PROTEIN, ID];

/// Keys that name a mature protein, best first.
const PROTEIN_NAME_KEYS: [&[&str]; 6] = [PRODUCT, PROTEIN, SYNONYM, ID, GENE, NAME];

const PRODUCT_KEYS: &[&str] = &["Product", "product", "Protein", "protein", "protein_id"];

/// Reads column 9. Pieces without `=` or without a value are passed over; quotes around keys and values are
/// dropped; a key that comes twice gathers the values of both.
///
/// # Errors
/// If percent-decoding does not give UTF-8; the sentence says which piece.
pub(super) fn parse(column: &str) -> Result<Vec<Attribute>, String> {
    let mut attributes: Vec<Attribute> = Vec::new();
    for piece in column.split(';') {
        let Some((key, values)) = piece.trim_start_matches(' ').split_once('=') else { continue };
        if key.is_empty() || values.is_empty() {
            continue;
        }
        let key = decode(unquote(key))?;
        let values = values.split(',').map(|value| decode(unquote(value))).collect::<Result<Vec<_>, _>>()?;
        match attributes.iter_mut().find(|attribute| attribute.key == key) {
            Some(known) => known.values.extend(values),
            None => attributes.push(Attribute { key, values }),
        }
    }
    Ok(attributes)
}

/// The first value of `key`.
pub(super) fn first<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a str> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    attribute.values.first().map(String::as_str)
}

/// The name a feature of this type gets from its attributes.
pub(super) fn name<'a>(attributes: &'a [Attribute], kind: &str) -> Option<&'a str> {
    let keys = match kind.to_lowercase().as_str() {
        "cds" => CDS_NAME_KEYS,
        "mature_protein_region_of_cds" => PROTEIN_NAME_KEYS,
        _ => GENE_NAME_KEYS,
    };
    keys.into_iter().flatten().find_map(|key| first(attributes, key))
}

/// What a feature makes, such as `nucleoprotein`.
pub(super) fn product(attributes: &[Attribute]) -> Option<&str> {
    PRODUCT_KEYS.iter().find_map(|key| first(attributes, key))
}

/// Sorted values of all keys about exceptions, each once.
pub(super) fn exceptions(attributes: &[Attribute]) -> Vec<String> {
    let mut values: Vec<String> = attributes
        .iter()
        .filter(|attribute| attribute.key.contains("except"))
        .flat_map(|attribute| attribute.values.iter().cloned())
        .collect();
    values.sort();
    values.dedup();
    values
}

/// Turns `%3B` into `;`. A percent sign that starts no code stays.
///
/// # Errors
/// If the bytes are not UTF-8.
pub(super) fn decode(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| {
        format!("'{text}' does not become UTF-8 text when its %-codes are resolved; correct the codes")
    })?;
    Ok(decoded.into_owned())
}

fn unquote(text: &str) -> &str {
    text.trim_matches('\'').trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_nine_is_split_unquoted_and_decoded() {
        let check = |column: &str, expected: &[(&str, &[&str])]| {
            let found = parse(column).unwrap();
            let found: Vec<(&str, Vec<&str>)> = found
                .iter()
                .map(|a| (a.key.as_str(), a.values.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(&str, Vec<&str>)> = expected.iter().map(|(k, v)| (*k, v.to_vec())).collect();
            assert_eq!(found, expected, "{column}");
        };
        check("ID=a;Name=b", &[("ID", &["a"]), ("Name", &["b"])]);
        check("gene_name=\"HA1\"", &[("gene_name", &["HA1"])]);
        check("  ID=a;   Name='b';", &[("ID", &["a"]), ("Name", &["b"])]);
        check("Dbxref=x:1,y:2;Dbxref=z", &[("Dbxref", &["x:1", "y:2", "z"])]);
        check("Note=a%3B b%2Cc%20100%", &[("Note", &["a; b,c 100%"])]);
        check("ID=;.;=x", &[]);
        check(".", &[]);
        check("Note=a=b", &[("Note", &["a=b"])]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(parse("ID=%ff%fe").unwrap_err().contains("'%ff%fe'"));
    }

    #[test]
    fn names_are_sought_in_the_order_of_the_type() {
        let check = |kind: &str, expected: Option<&str>| {
            let attributes = parse("ID=id;locus_tag=tag;Name=Nm;product=prod").unwrap();
            assert_eq!(name(&attributes, kind), expected, "{kind}");
        };
        check("gene", Some("tag"));
        check("region", Some("tag"));
        check("CDS", Some("Nm"));
        check("mature_protein_region_of_CDS", Some("prod"));
        assert_eq!(name(&[], "gene"), None);
    }

    #[test]
    fn exceptions_are_gathered_from_every_key_that_speaks_of_them() {
        let attributes = parse("exception=RNA editing;transl_except=b,a;except=a;Note=no").unwrap();
        assert_eq!(exceptions(&attributes), ["RNA editing", "a", "b"]);
    }
}
