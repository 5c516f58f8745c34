//! A table as Apache Parquet (parquet.apache.org/docs/file-format), written row by row with bounded memory.
//!
//! Rows are gathered into groups of at most [`GROUP_ROWS`]; each group leaves as bytes, and the footer comes last, so a
//! file can be sent while it is made. Pages are packed with gzip, which every reader has. The same rows give the same
//! bytes. Refuses to know what the columns mean. Start at [`Writer`].

use ::parquet::basic::{Compression, ConvertedType, GzipLevel, LogicalType, Repetition, Type as Physical};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::{Type, TypePtr};
use std::sync::Arc;

/// Rows of a group at most.
pub const GROUP_ROWS: usize = 20_000;
/// Bytes of texts of a group, about.
const GROUP_BYTES: usize = 32 << 20;
/// What the file says wrote it: nothing that changes, since the same rows give the same bytes.
const CREATED_BY: &str = "Hearth";

/// What a column holds. Any cell of any may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 (`STRING`).
    Text,
    /// A whole number (`INT64`).
    Whole,
    /// A number with a fraction (`DOUBLE`).
    Number,
    /// A day (`DATE`).
    Day,
    /// Yes or no (`BOOLEAN`).
    Truth,
    /// A list of texts (`LIST` of `STRING`), never empty-celled: a list may have no elements.
    Texts,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What stands in a cell. In a column of another kind it is empty.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing known.
    Empty,
    /// See [`Kind::Text`].
    Text(String),
    /// See [`Kind::Whole`].
    Whole(i64),
    /// See [`Kind::Number`].
    Number(f64),
    /// See [`Kind::Day`]: days since 1970-01-01.
    Day(i32),
    /// See [`Kind::Truth`].
    Truth(bool),
    /// See [`Kind::Texts`].
    Texts(Vec<String>),
}

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
#[error("the table could not be written as Parquet: {0}")]
pub struct TableError(#[from] ParquetError);

/// See the module.
pub struct Writer {
    file: SerializedFileWriter<Vec<u8>>,
    columns: Vec<Gathered>,
    rows: usize,
    bytes: usize,
}

impl Writer {
    /// A table with these columns.
    ///
    /// # Errors
    /// When two of them have one name.
    pub fn new(columns: &[Column]) -> Result<Self, TableError> {
        let fields = columns.iter().map(field).collect::<Result<Vec<TypePtr>, ParquetError>>()?;
        let schema = Type::group_type_builder("genomes").with_fields(fields).build()?;
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            .set_compression(Compression::GZIP(GzipLevel::default()))
            .build();
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        let columns = columns.iter().map(|column| Gathered::new(column.kind)).collect();
        Ok(Self { file, columns, rows: 0, bytes: 0 })
    }

    /// Adds a row: a cell for each column; those that are missing are empty.
    ///
    /// # Errors
    /// When a group cannot be written.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), TableError> {
        let mut cells = cells.into_iter();
        for column in &mut self.columns {
            self.bytes += column.take(cells.next().unwrap_or(Cell::Empty));
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.end_group() } else { Ok(()) }
    }

    /// Hands over the bytes that are ready.
    ///
    /// # Errors
    /// When they cannot be.
    pub fn ready(&mut self, out: &mut Vec<u8>) -> Result<(), TableError> {
        self.file.flush().map_err(ParquetError::from)?;
        out.append(self.file.inner_mut());
        Ok(())
    }

    /// Ends the table, and hands over what is left of it.
    ///
    /// # Errors
    /// When the last group or the footer cannot be written.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<(), TableError> {
        if self.rows > 0 {
            self.end_group()?;
        }
        self.file.finish()?;
        out.append(self.file.inner_mut());
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), TableError> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column()? else { break };
            column.write(writer.untyped())?;
            writer.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

/// A column of the schema.
fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let Column { name, kind } = column;
    let primitive = |name: &str, physical, logical, repetition| {
        Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
            .map(Arc::new)
    };
    let optional = |physical, logical| primitive(name, physical, logical, Repetition::OPTIONAL);
    match kind {
        Kind::Text => optional(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => optional(Physical::INT64, None),
        Kind::Number => optional(Physical::DOUBLE, None),
        Kind::Day => optional(Physical::INT32, Some(LogicalType::Date)),
        Kind::Truth => optional(Physical::BOOLEAN, None),
        Kind::Texts => {
            let text = Some(LogicalType::String);
            let element = primitive("element", Physical::BYTE_ARRAY, text, Repetition::REQUIRED)?;
            let list = Type::group_type_builder("list").with_repetition(Repetition::REPEATED);
            let list = Arc::new(list.with_fields(vec![element]).build()?);
            let own = Type::group_type_builder(name).with_repetition(Repetition::REQUIRED);
            let own = own.with_logical_type(Some(LogicalType::List)).with_converted_type(ConvertedType::LIST);
            Ok(Arc::new(own.with_fields(vec![list]).build()?))
        }
    }
}

/// The cells of a column in a group: its values, and which rows have one. A list has a level for each element, and one if
/// it has none; the first level of each row begins anew.
struct Gathered {
    kind: Kind,
    texts: Vec<ByteArray>,
    wholes: Vec<i64>,
    numbers: Vec<f64>,
    days: Vec<i32>,
    truths: Vec<bool>,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

impl Gathered {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            texts: Vec::new(),
            wholes: Vec::new(),
            numbers: Vec::new(),
            days: Vec::new(),
            truths: Vec::new(),
            definition: Vec::new(),
            repetition: Vec::new(),
        }
    }

    /// Takes a cell; how many bytes of text it has, about.
    fn take(&mut self, cell: Cell) -> usize {
        let (mut is_there, mut bytes) = (true, 8);
        match (self.kind, cell) {
            (Kind::Text, Cell::Text(text)) => {
                bytes += text.len();
                self.texts.push(text.into_bytes().into());
            }
            (Kind::Whole, Cell::Whole(whole)) => self.wholes.push(whole),
            (Kind::Number, Cell::Number(number)) => self.numbers.push(number),
            (Kind::Day, Cell::Day(day)) => self.days.push(day),
            (Kind::Truth, Cell::Truth(truth)) => self.truths.push(truth),
            (Kind::Texts, cell) => {
                return self.take_list(if let Cell::Texts(list) = cell { list } else { Vec::new() });
            }
            _ => is_there = false,
        }
        self.definition.push(i16::from(is_there));
        bytes
    }

    fn take_list(&mut self, list: Vec<String>) -> usize {
        if list.is_empty() {
            self.definition.push(0);
            self.repetition.push(0);
        }
        let mut bytes = 8;
        for (number, text) in list.into_iter().enumerate() {
            bytes += 8 + text.len();
            self.texts.push(text.into_bytes().into());
            self.definition.push(1);
            self.repetition.push(i16::from(number > 0));
        }
        bytes
    }

    /// Writes what was gathered, and is empty then.
    fn write(&mut self, writer: &mut ColumnWriter) -> Result<(), ParquetError> {
        let definition = Some(self.definition.as_slice());
        let repetition = (self.kind == Kind::Texts).then_some(self.repetition.as_slice());
        match writer {
            ColumnWriter::ByteArrayColumnWriter(own) => {
                own.write_batch(&self.texts, definition, repetition)?
            }
            ColumnWriter::Int64ColumnWriter(own) => own.write_batch(&self.wholes, definition, None)?,
            ColumnWriter::DoubleColumnWriter(own) => own.write_batch(&self.numbers, definition, None)?,
            ColumnWriter::Int32ColumnWriter(own) => own.write_batch(&self.days, definition, None)?,
            ColumnWriter::BoolColumnWriter(own) => own.write_batch(&self.truths, definition, None)?,
            _ => return Err(ParquetError::General("a column has another type".to_owned())),
        };
        *self = Self::new(self.kind);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
    use ::parquet::record::Row;

    fn column(name: &str, kind: Kind) -> Column {
        Column { name: name.to_owned(), kind }
    }

    fn written(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<u8> {
        let (mut writer, mut out) = (Writer::new(columns).expect("columns"), Vec::new());
        for row in rows {
            writer.row(row.clone()).expect("a row");
            writer.ready(&mut out).expect("bytes");
        }
        writer.end(&mut out).expect("an end");
        out
    }

    fn read(bytes: Vec<u8>) -> Vec<String> {
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).expect("a file");
        let rows: Result<Vec<Row>, ParquetError> = reader.get_row_iter(None).expect("rows").collect();
        rows.expect("rows").iter().map(Row::to_string).collect()
    }

    #[test]
    fn what_goes_in_is_what_a_reader_finds() {
        let columns = [
            column("name", Kind::Text),
            column("length", Kind::Whole),
            column("coverage", Kind::Number),
            column("date", Kind::Day),
            column("simulated", Kind::Truth),
            column("substitutions", Kind::Texts),
        ];
        let list = |words: &[&str]| Cell::Texts(words.iter().map(|word| (*word).to_owned()).collect());
        let rows = [
            vec![
                Cell::Text("é 中".to_owned()),
                Cell::Whole(29_903),
                Cell::Number(0.5),
                Cell::Day(18_262),
                Cell::Truth(true),
                list(&["1T", "10R"]),
            ],
            vec![Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, list(&[])],
            vec![Cell::Whole(1), Cell::Text("not a number".to_owned())],
            vec![
                Cell::Text(String::new()),
                Cell::Whole(-1),
                Cell::Number(1.0),
                Cell::Day(-1),
                Cell::Truth(false),
                list(&["5-6"]),
            ],
        ];
        let found = read(written(&columns, &rows));
        assert_eq!(
            found,
            [
                r#"{name: "é 中", length: 29903, coverage: 0.5, date: 2020-01-01, simulated: true, substitutions: ["1T", "10R"]}"#,
                "{name: null, length: null, coverage: null, date: null, simulated: null, substitutions: []}",
                "{name: null, length: null, coverage: null, date: null, simulated: null, substitutions: []}",
                r#"{name: "", length: -1, coverage: 1.0, date: 1969-12-31, simulated: false, substitutions: ["5-6"]}"#,
            ]
        );
    }

    #[test]
    fn groups_leave_one_after_the_other_and_the_same_rows_are_the_same_bytes() {
        let columns = [column("name", Kind::Text), column("words", Kind::Texts)];
        let row = |number: usize| {
            vec![Cell::Text(format!("g{number}")), Cell::Texts(vec!["1T".to_owned(); number % 3])]
        };
        let rows: Vec<Vec<Cell>> = (0..2 * GROUP_ROWS + 1).map(row).collect();
        let (one, other) = (written(&columns, &rows), written(&columns, &rows));
        assert!(one == other);
        let reader = SerializedFileReader::new(bytes::Bytes::from(one.clone())).expect("a file");
        assert_eq!(reader.num_row_groups(), 3);
        let found = read(one);
        assert_eq!(
            (found.len(), found.last().map(String::as_str)),
            (rows.len(), Some(r#"{name: "g40000", words: ["1T"]}"#))
        );
    }

    #[test]
    fn a_table_without_rows_is_a_file() {
        assert_eq!(read(written(&[column("name", Kind::Text)], &[])), Vec::<String>::new());
    }
}
