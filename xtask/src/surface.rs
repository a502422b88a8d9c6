//! The public surface of generated code: the page a reviewer reads when the document changes.
