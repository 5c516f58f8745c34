//! stub
pub(super) fn annotation(
    _: &super::feature::Forest,
    _: super::AnnotationLimits,
) -> Result<super::Annotation, super::AnnotationError> {
    Err(super::AnnotationError::File { problem: "not yet".into() })
}
