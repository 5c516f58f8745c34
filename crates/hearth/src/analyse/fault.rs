//! A fault of the program inside one record, caught and put into words.
//!
//! A thread is silent when it panics in here: what would have been printed is kept for the record's row. Start at [`caught`].

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

thread_local! {
    static IS_LISTENING: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `work`; if it panics, gives a sentence for the record it happened to.
///
/// The caller throws away whatever `work` may have left half done.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if IS_LISTENING.get() {
                LAST.set(Some(describe(info)));
            } else {
                usual(info);
            }
        }));
    });
    IS_LISTENING.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    IS_LISTENING.set(false);
    outcome.map_err(|_| sentence(LAST.take().as_deref().unwrap_or("no details")))
}

fn sentence(what: &str) -> String {
    format!(
        "internal error ({what}): this is a fault of hearth {}, not of the sequence; please report it together with \
         the sequence",
        env!("CARGO_PKG_VERSION")
    )
}

fn describe(info: &PanicHookInfo) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let message =
        text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let message = message.replace(['\t', '\n', '\r'], " ");
    match info.location() {
        Some(place) => format!("{message} at {}:{}", place.file(), place.line()),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_sentence_with_its_place() {
        let sentence = caught(|| panic!("odd\tthing")).unwrap_err();
        assert!(sentence.starts_with("internal error (odd thing at "), "{sentence}");
        assert!(sentence.contains("fault.rs:"), "{sentence}");
        assert_eq!(caught(|| 7), Ok(7));
    }
}
