//! stub
use super::{TreeError, TreeFile, TreeLimits};
pub(super) fn tree(_: &[u8], _: TreeLimits) -> Result<TreeFile, TreeError> {
    Err(TreeError::Missing("tree"))
}
