//! Genomes taken away as Parquet: its types, and that each reader finds the genomes and the values that other formats have
//! for them.

use crate::takes::take;
use crate::walk::world::{HOWS, PATHOGEN, World};
use bytes::Bytes;
use hearth_server::app::index::follow;
use parquet::basic::{LogicalType, Type};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;
use std::collections::BTreeMap;

type File = SerializedFileReader<Bytes>;

async fn file(world: &World, question: &str, headers: &[(&str, &str)]) -> File {
    let answer = take(world, &format!("?format=parquet{question}"), headers).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/vnd.apache.parquet"));
    let name = format!("attachment; filename=\"{PATHOGEN}.parquet\"");
    assert_eq!(answer.header("content-disposition"), name);
    SerializedFileReader::new(Bytes::from(answer.bytes)).expect("a file of Parquet")
}

/// Each row by its columns, as JSON.
fn rows(file: &File) -> Vec<BTreeMap<String, Value>> {
    let rows = file.get_row_iter(None).expect("rows");
    let told = |row: parquet::record::Row| {
        let columns = row.get_column_iter().map(|(name, field)| (name.clone(), json_of(field)));
        columns.collect()
    };
    rows.map(|row| told(row.expect("a row"))).collect()
}

fn json_of(field: &parquet::record::Field) -> Value {
    use parquet::record::Field;
    match field {
        Field::Null => Value::Null,
        Field::Bool(truth) => Value::from(*truth),
        Field::Long(whole) => Value::from(*whole),
        Field::Double(number) => Value::from(*number),
        Field::Str(text) => Value::from(text.clone()),
        Field::Date(day) => Value::from(hearth_index::query::date::date_of(i64::from(*day))),
        Field::ListInternal(list) => list.elements().iter().map(json_of).collect(),
        other => panic!("{other:?} is no cell of ours"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reader_finds_in_a_table_what_lines_of_json_tell_them() {
    let mut world = World::new().await;
    for how in HOWS {
        world.add(how).await;
    }
    follow::catch_up(&world.server.app).await.expect("followed");
    let mut counts = Vec::new();
    for who in ["owner", "member", "stranger"] {
        let bearer = format!("Bearer {}", world.server.token_of(who, &["read"]).await);
        let headers = [("Authorization", bearer.as_str())];
        let lines = take(&world, "?format=ndjson", &headers).await.body;
        let table = rows(&file(&world, "", &headers).await);
        assert_eq!(table.len(), lines.lines().count(), "{who}");
        for (row, line) in table.iter().zip(lines.lines()) {
            let told: BTreeMap<String, Value> = serde_json::from_str(line).expect("JSON");
            for (name, value) in &told {
                let own = match &row[name] {
                    Value::Array(words) => {
                        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                        Value::from(words.join(" "))
                    }
                    other => other.clone(),
                };
                assert_eq!(&own, value, "{who}: {name}");
            }
        }
        counts.push(table.len());
    }
    assert!(counts[0] > counts[2] && counts[1] >= counts[2], "{counts:?}");
    assert_eq!(rows(&file(&world, "&country=Atlantis", &[]).await).len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_have_types_and_proteins_their_words() {
    let mut world = World::new().await;
    world.add(crate::walk::world::How::Open).await;
    follow::catch_up(&world.server.app).await.expect("followed");
    let file = file(&world, "", &[]).await;
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let column = |name: &str| {
        let found = (0..schema.num_columns()).map(|number| schema.column(number));
        found.into_iter().find(|column| column.path().string() == name).unwrap_or_else(|| panic!("no {name}"))
    };
    for (name, physical, logical) in [
        ("accessionVersion", Type::BYTE_ARRAY, Some(LogicalType::String)),
        ("date", Type::INT32, Some(LogicalType::Date)),
        ("version", Type::INT64, None),
        ("coverage", Type::DOUBLE, None),
        ("simulated", Type::BOOLEAN, None),
        ("aaSubstitutions.list.element", Type::BYTE_ARRAY, Some(LogicalType::String)),
    ] {
        let found = column(name);
        assert_eq!((found.physical_type(), found.logical_type_ref()), (physical, logical.as_ref()), "{name}");
    }
    let answer =
        world.server.get(&format!("/lapis/{PATHOGEN}/sample/aminoAcidMutations?minProportion=0"), &[]).await;
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    let all = told["data"].as_array().expect("rows").iter();
    let changed = all.filter(|one| one["mutationTo"] != "-");
    let mut wanted: Vec<String> = changed
        .map(|one| {
            format!(
                "{}:{}{}",
                one["sequenceName"].as_str().expect("a gene"),
                one["position"],
                one["mutationTo"].as_str().expect("a letter")
            )
        })
        .collect();
    let mut found: Vec<String> = match &rows(&file)[0]["aaSubstitutions"] {
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        other => panic!("{other} is no list"),
    };
    wanted.sort();
    found.sort();
    assert_eq!(found, wanted);
}
