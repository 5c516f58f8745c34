//! The pages of the server: plain facts in, HTML out, one file for each page or family of pages.
//!
//! Every page works without scripts, on a phone and in print; everything that it fetches is the one style sheet
//! ([`style`]). Refuses to know requests, rights and where facts come from. Addresses of links and forms are in
//! [`address`]. Start at [`frame::Frame`], then at the page you need.

/// Gives a page its `to_html`, which fills the template of that name. What templates name stands in scope here.
macro_rules! page {
    ($page:ident, $template:literal) => {
        const _: () = {
            #[allow(unused_imports)]
            use crate::messages::{Catalogue, Key, Value};
            #[allow(unused_imports)]
            use crate::number;
            #[allow(unused_imports)]
            use crate::site::{
                address, documents::Origin, figures::FigureKind, frame::Frame, frame::Role, parties::Sort,
                terms::Reach,
            };

            #[derive(askama::Template)]
            #[template(path = $template)]
            struct View<'a> {
                page: &'a $page,
                frame: &'a Frame,
                words: &'a Catalogue,
            }

            impl $page {
                /// The whole page as HTML. Nothing in it runs, and only the style sheet is fetched.
                pub fn to_html(&self, words: &Catalogue) -> String {
                    let view = View { page: self, frame: &self.frame, words };
                    // A template that writes to memory fails only if a value in it does, and none of ours can.
                    askama::Template::render(&view).unwrap_or_default()
                }
            }
        };
    };
}

pub mod account;
pub mod address;
pub mod aid;
pub mod ask;
pub mod assigned;
pub mod batch;
pub mod documents;
pub mod entrance;
pub mod error;
pub mod figures;
pub mod frame;
pub mod front;
pub mod genome;
pub mod genomes;
pub mod ledger;
pub mod offer;
pub mod parties;
pub mod parts;
pub mod searches;
pub mod style;
pub mod submission;
pub mod terms;
pub mod versions;
