//! What goes into a statement: a whole number, a text, bytes, or nothing.
//!
//! Both databases get the same four kinds and no others, so that one SQL text means one thing. Refuses to know
//! tables and statements. Start at [`Value`]; [`params!`](crate::params) writes a list of them.

use std::borrow::Cow;
use std::error::Error;

use sqlx::encode::{Encode, IsNull};
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo};
use sqlx::{Postgres, Sqlite, Type};

/// PostgreSQL's pseudo-type `unknown`: the server takes the type from where the parameter stands.
const UNKNOWN: Oid = Oid(705);

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// NULL. On PostgreSQL its type is taken from where it stands; where that is no column, write
    /// `CAST($1 AS BIGINT)`.
    Null,
    /// A whole number (`BIGINT`).
    Int(i64),
    /// A text (`TEXT`), without NUL characters.
    Text(Cow<'a, str>),
    /// Bytes (`BYTEA`, `BLOB`).
    Bytes(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// Whether PostgreSQL could keep it: it has no text with a NUL character. SQLite is held to the same.
    pub(super) fn is_storable(&self) -> bool {
        !matches!(self, Self::Text(text) if text.as_bytes().contains(&0))
    }
}

macro_rules! value_from {
    ($($from:ty => |$it:ident| $make:expr;)*) => {$(
        impl<'a> From<$from> for Value<'a> {
            fn from($it: $from) -> Self {
                $make
            }
        }
    )*};
}

value_from! {
    i64 => |it| Self::Int(it);
    i32 => |it| Self::Int(it.into());
    u32 => |it| Self::Int(it.into());
    u16 => |it| Self::Int(it.into());
    u8 => |it| Self::Int(it.into());
    bool => |it| Self::Int(it.into());
    &'a str => |it| Self::Text(Cow::Borrowed(it));
    &'a String => |it| Self::Text(Cow::Borrowed(it));
    String => |it| Self::Text(Cow::Owned(it));
    Cow<'a, str> => |it| Self::Text(it);
    &'a [u8] => |it| Self::Bytes(Cow::Borrowed(it));
    &'a Vec<u8> => |it| Self::Bytes(Cow::Borrowed(it));
    Vec<u8> => |it| Self::Bytes(Cow::Owned(it));
    Cow<'a, [u8]> => |it| Self::Bytes(it);
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(it: &'a [u8; N]) -> Self {
        Self::Bytes(Cow::Borrowed(it))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(it: Option<T>) -> Self {
        it.map_or(Self::Null, Into::into)
    }
}

/// Writes a list of parameters: `params![seq, "text", &bytes, None::<i64>]`.
#[macro_export]
macro_rules! params {
    () => { <[$crate::db::Value<'static>; 0]>::from([]) };
    ($($value:expr),+ $(,)?) => { [$($crate::db::Value::from($value)),+] };
}

impl Type<Sqlite> for Value<'_> {
    fn type_info() -> SqliteTypeInfo {
        <[u8] as Type<Sqlite>>::type_info()
    }
}

impl<'q> Encode<'q, Sqlite> for Value<'_> {
    fn encode(self, into: &mut SqliteArgumentsBuffer) -> Result<IsNull, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(it) => Encode::<Sqlite>::encode(it, into),
            Self::Text(it) => Encode::<Sqlite>::encode(it.into_owned(), into),
            Self::Bytes(it) => Encode::<Sqlite>::encode(it.into_owned(), into),
        }
    }

    fn encode_by_ref(
        &self,
        into: &mut SqliteArgumentsBuffer,
    ) -> Result<IsNull, Box<dyn Error + Send + Sync>> {
        Encode::<Sqlite>::encode(self.clone(), into)
    }
}

impl Type<Postgres> for Value<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl<'q> Encode<'q, Postgres> for Value<'_> {
    fn encode_by_ref(&self, into: &mut PgArgumentBuffer) -> Result<IsNull, Box<dyn Error + Send + Sync>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(it) => Encode::<Postgres>::encode_by_ref(it, into),
            Self::Text(it) => Encode::<Postgres>::encode_by_ref(&it.as_ref(), into),
            Self::Bytes(it) => Encode::<Postgres>::encode_by_ref(&it.as_ref(), into),
        }
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(match self {
            Self::Null => PgTypeInfo::with_oid(UNKNOWN),
            Self::Int(_) => <i64 as Type<Postgres>>::type_info(),
            Self::Text(_) => <str as Type<Postgres>>::type_info(),
            Self::Bytes(_) => <[u8] as Type<Postgres>>::type_info(),
        })
    }

    fn size_hint(&self) -> usize {
        match self {
            Self::Null => 0,
            Self::Int(_) => 8,
            Self::Text(it) => it.len(),
            Self::Bytes(it) => it.len(),
        }
    }
}
