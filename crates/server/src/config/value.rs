//! Kinds of values that settings have: how each is read and written.
//!
//! Refuses to know which settings there are. Start at [`Value`].

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A value of a setting.
pub trait Value {
    /// Takes what was given: TOML's text of a string, whole number or truth value.
    ///
    /// # Errors
    /// Says what would fit.
    fn take(&mut self, given: &str) -> Result<(), String>;
    /// As it stands in a file; `None` when nothing is set.
    fn written(&self) -> Option<String>;
    /// Whether it is never shown.
    fn is_secret(&self) -> bool {
        false
    }
}

/// A text that is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "Secret()" } else { "Secret(…)" })
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl Value for u64 {
    fn take(&mut self, given: &str) -> Result<(), String> {
        let number = given.replace('_', "").parse::<Self>().ok().filter(|number| *number > 0);
        *self = number.ok_or_else(|| format!("{given:?} is no whole number above zero"))?;
        Ok(())
    }
    fn written(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for bool {
    fn take(&mut self, given: &str) -> Result<(), String> {
        *self = given.parse().map_err(|_| format!("{given:?} is neither true nor false"))?;
        Ok(())
    }
    fn written(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Value for SocketAddr {
    fn take(&mut self, given: &str) -> Result<(), String> {
        *self = given
            .parse()
            .map_err(|_| format!("{given:?} is no address to listen at: write 127.0.0.1:8080"))?;
        Ok(())
    }
    fn written(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Value for String {
    fn take(&mut self, given: &str) -> Result<(), String> {
        given.trim().clone_into(self);
        if self.is_empty() { Err("this may not be empty".to_owned()) } else { Ok(()) }
    }
    fn written(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Value for Option<String> {
    fn take(&mut self, given: &str) -> Result<(), String> {
        *self = Some(given.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(())
    }
    fn written(&self) -> Option<String> {
        self.as_deref().map(quoted)
    }
}

impl Value for PathBuf {
    fn take(&mut self, given: &str) -> Result<(), String> {
        *self = Self::from(given);
        Ok(())
    }
    fn written(&self) -> Option<String> {
        Some(quoted(&self.to_string_lossy())).filter(|_| !self.as_os_str().is_empty())
    }
}

impl Value for Secret {
    fn take(&mut self, given: &str) -> Result<(), String> {
        given.trim().clone_into(&mut self.0);
        Ok(())
    }
    fn written(&self) -> Option<String> {
        Some(quoted(&self.0)).filter(|_| !self.0.is_empty())
    }
    fn is_secret(&self) -> bool {
        true
    }
}
