//! One document with the results of a whole run (`nextclade.json`), written piece by piece.
//!
//! Call [`begin`], then [`item`] for each genome that was analysed, in order, then [`end`] with the lines of
//! those that were not. Items and errors are the lines of [`super::Json`].

use super::value;
use crate::pack::Pack;
use crate::rows::text::{self, Buffer};

/// Version of the field's schema that the document follows.
const SCHEMA_VERSION: &str = "3.0.0";

/// Opens the document. `created_at` is a time as text, ISO 8601.
pub fn begin(pack: &Pack, created_at: &str, out: &mut Buffer) {
    let mut object = value::Object::begin(out);
    object.text("schemaVersion", SCHEMA_VERSION);
    object.text("nextcladeAlgoVersion", concat!("hearth ", env!("CARGO_PKG_VERSION")));
    object.text("createdAt", created_at);
    let meta = pack.tree().map(|tree| &tree.file().meta);
    let attributes = meta.map_or(&[][..], |meta| &meta.clade_node_attrs);
    object.list("cladeNodeAttrKeys", attributes, |out, attribute| {
        value::object(out, |object| {
            object.text("name", &attribute.name);
            object.text("displayName", &attribute.display_name);
            object.text_if_any("description", attribute.description.as_deref());
            object.flag("hideInWeb", attribute.hide_in_web);
            object.flag("skipAsReference", attribute.skip_as_reference);
        });
    });
    object.list("phenotypeAttrKeys", &pack.pathogen().phenotypes, |out, phenotype| {
        value::object(out, |object| {
            object.text("name", &phenotype.name);
            object.text("nameFriendly", &phenotype.display_name);
            object.text("description", &phenotype.description);
        });
    });
    let ref_nodes = object.field("refNodes");
    match meta {
        Some(meta) => super::searches::write_ref_nodes(ref_nodes, &meta.ref_nodes),
        None => ref_nodes.extend_from_slice(b"{}"),
    }
    object.field("results").extend_from_slice(b"[\n");
}

/// Adds the line of one genome.
pub fn item(line: &[u8], is_first: bool, out: &mut Buffer) {
    if !is_first {
        out.extend_from_slice(b",\n");
    }
    out.extend_from_slice(line.trim_ascii_end());
}

/// Adds the error lines and closes the document.
pub fn end<'a>(error_lines: impl IntoIterator<Item = &'a [u8]>, out: &mut Buffer) {
    out.extend_from_slice(b"\n],\"errors\":[");
    text::list(out, b',', error_lines, |out, line| out.extend_from_slice(line.trim_ascii_end()));
    out.extend_from_slice(b"]}\n");
}
