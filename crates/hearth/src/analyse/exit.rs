//! The program's exit codes, in one place.

/// All was read and written.
pub const ALL_RIGHT: u8 = 0;
/// The command line, a pack or an output is at fault: nothing or not everything was written.
pub const NOT_WRITTEN: u8 = 1;
/// An input could not be read completely; what was read is written.
pub const NOT_READ: u8 = 2;
/// With `--strict`: some record failed.
pub const RECORDS_FAILED: u8 = 3;
/// Ctrl-C or SIGTERM.
pub const INTERRUPTED: u8 = 130;

/// The same for people, behind `--help`.
pub const HELP: &str = "\
Exit codes:
  0    all was read and written (records that failed have their error in the table)
  1    the command line, a pack or an output is at fault: nothing or not everything was written
  2    an input could not be read completely; what was read before is written
  3    with --strict: at least one record failed
  130  interrupted";
