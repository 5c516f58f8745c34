//! In which order rows come, and which of them.
//!
//! Nulls come first, and last where the order is turned. Without an order, rows come as they were released. Refuses to
//! know what rows mean. Start at [`Order::read`].

use super::asked::Asked;
use super::fault::Fault;
use serde_json::Value;
use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    by: By,
    offset: usize,
    limit: Option<usize>,
}

/// An order by columns.
#[derive(Clone, Copy, Debug)]
pub struct ByColumns<'a> {
    /// Their numbers, and whether each is turned.
    pub columns: &'a [(usize, bool)],
    /// Rows that are passed over.
    pub skipped: usize,
    /// Rows that come.
    pub count: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum By {
    /// Columns by their numbers, and whether they are turned.
    Columns(Vec<(usize, bool)>),
    /// By chance, the same for the same seed.
    Random(u64),
}

impl Order {
    /// Reads an order of rows with these columns; some names stand for several columns.
    ///
    /// # Errors
    /// When a column is none, or a number is none.
    pub fn read(asked: &Asked, columns: &[&str], aliases: &[(&str, &[&str])]) -> Result<Self, Fault> {
        let whole =
            |key| -> Result<Option<usize>, Fault> { Ok(asked.number(key)?.map(|number| number as usize)) };
        let (offset, limit) = (whole("offset")?.unwrap_or(0), whole("limit")?);
        let mut by = Vec::new();
        for value in asked.values("orderBy").iter().filter(|value| !value.is_null()) {
            let (name, is_turned) = named(value)?;
            if let Some(seed) = random(value, &name)? {
                return Ok(Self { by: By::Random(seed), offset, limit });
            }
            let alias = aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(&name));
            let names = alias.map_or(vec![name.as_str()], |(_, names)| names.to_vec());
            for name in names {
                let column = columns.iter().position(|column| column.eq_ignore_ascii_case(name));
                let unknown =
                    || Fault::bad(format!("cannot order by {name:?}: the answer has {}", columns.join(", ")));
                by.push((column.ok_or_else(unknown)?, is_turned));
            }
        }
        Ok(Self { by: By::Columns(by), offset, limit })
    }

    /// Whether rows may come as they are.
    pub fn is_any(&self) -> bool {
        self.by == By::Columns(Vec::new())
    }

    /// Which columns it is by; none for an order by chance.
    pub fn by_columns(&self) -> Option<ByColumns<'_>> {
        match &self.by {
            By::Columns(columns) => {
                let count = self.limit.unwrap_or(usize::MAX);
                Some(ByColumns { columns, skipped: self.offset, count })
            }
            By::Random(_) => None,
        }
    }

    /// The part that is wanted of rows that stand in order.
    pub fn part<T>(&self, rows: impl Iterator<Item = T>) -> Vec<T> {
        rows.skip(self.offset).take(self.limit.unwrap_or(usize::MAX)).collect()
    }

    /// Puts rows in order and takes the part that is wanted. `cell` gives the value of a column; `key` tells a row from
    /// others for an order by chance.
    pub fn of<T>(
        &self,
        mut rows: Vec<T>,
        cell: impl Fn(&T, usize) -> Value,
        key: impl Fn(&T) -> String,
    ) -> Vec<T> {
        match &self.by {
            By::Columns(columns) if columns.is_empty() => {}
            By::Columns(columns) => {
                let keys = |row: &T| columns.iter().map(|(column, _)| cell(row, *column)).collect::<Vec<_>>();
                let mut keyed: Vec<(Vec<Value>, T)> = rows.into_iter().map(|row| (keys(&row), row)).collect();
                keyed.sort_by(|(one, _), (other, _)| compared(one, other, columns));
                rows = keyed.into_iter().map(|(_, row)| row).collect();
            }
            By::Random(seed) => rows.sort_by_cached_key(|row| {
                let mut hasher = DefaultHasher::new();
                (seed, key(row)).hash(&mut hasher);
                hasher.finish()
            }),
        }
        self.part(rows.into_iter())
    }
}

/// The name of a part of an order, and whether it is turned.
fn named(value: &Value) -> Result<(String, bool), Fault> {
    let wrong = || Fault::bad(format!("cannot order by {value}: give the name of a field"));
    match value {
        Value::String(name) => Ok((name.clone(), false)),
        Value::Object(members) if members.contains_key("random") => Ok((String::new(), false)),
        Value::Object(members) => {
            let name = members.get("field").and_then(Value::as_str).ok_or_else(wrong)?;
            match members.get("type").and_then(Value::as_str) {
                None | Some("ascending") => Ok((name.to_owned(), false)),
                Some("descending") => Ok((name.to_owned(), true)),
                Some(other) => Err(Fault::bad(format!("an order is ascending or descending, not {other:?}"))),
            }
        }
        _ => Err(wrong()),
    }
}

/// The seed, if rows are to come by chance: `random`, `random(7)`, `{"random": true}` or `{"random": 7}`.
fn random(value: &Value, name: &str) -> Result<Option<u64>, Fault> {
    let wrong = |given: &str| Fault::bad(format!("random takes a whole number, not {given}"));
    if let Some(given) = value.get("random") {
        return match given {
            Value::Bool(true) => Ok(Some(0)),
            Value::Bool(false) => Ok(None),
            given => given.as_u64().map(Some).ok_or_else(|| wrong(&given.to_string())),
        };
    }
    if name.eq_ignore_ascii_case("random") {
        return Ok(Some(0));
    }
    let seed = name.strip_prefix("random(").and_then(|rest| rest.strip_suffix(')'));
    seed.map(|seed| seed.trim().parse().map_err(|_| wrong(seed))).transpose()
}

fn compared(one: &[Value], other: &[Value], columns: &[(usize, bool)]) -> Ordering {
    let pairs = one.iter().zip(other).zip(columns);
    let found = pairs.map(|((one, other), (_, is_turned))| {
        let order = compared_values(one, other);
        if *is_turned { order.reverse() } else { order }
    });
    found.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn compared_values(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (one, other) => {
            let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
            number(one).total_cmp(&number(other))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::asked::{Form, read};
    use super::*;
    use axum::body::Body;
    use axum::http::Request;

    async fn check(uri: &str, expected: &[&str]) {
        let request = Request::get(uri).body(Body::empty()).expect("a request");
        let parts = std::collections::BTreeMap::new();
        let asked = read(request, Form::Keys, parts).await.expect("a question");
        let order =
            Order::read(&asked, &["name", "count"], &[("both", &["count", "name"])]).expect("an order");
        let rows = vec![("b", Some(1)), ("a", None), ("c", Some(1)), ("d", Some(0))];
        let cell = |row: &(&str, Option<i64>), column| match column {
            0 => Value::from(row.0),
            _ => row.1.map_or(Value::Null, Value::from),
        };
        let found = order.of(rows, cell, |row| row.0.to_owned());
        assert_eq!(found.iter().map(|row| row.0).collect::<Vec<_>>(), expected, "{uri}");
    }

    #[tokio::test]
    async fn rows_come_in_the_order_that_is_asked_for() {
        check("/?orderBy=name", &["a", "b", "c", "d"]).await;
        check("/?orderBy=count,name", &["a", "d", "b", "c"]).await;
        check("/?orderBy=both&limit=2&offset=1", &["d", "b"]).await;
        check("/?limit=1", &["b"]).await;
        check("/?orderBy=random(3)&limit=0", &[]).await;
    }
}
