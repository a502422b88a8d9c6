//! The document to compare with: a file, or what git kept of this one.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::document::read_bounded;

/// The text of a base, and how it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Base {
    /// As `HEAD:openapi/vobiz.yaml`, or the path of a file.
    pub name: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads `base`, a file if one of that name exists, else a git revision of the file `spec`.
///
/// # Errors
///
/// A sentence that says what is missing: the file, git, the repository, the revision.
pub fn load_base(base: &str, spec: &Path, shown_as: &Path) -> Result<Base, String> {
    if Path::new(base).is_file() {
        let bytes = read_bounded(Path::new(base))
            .map_err(|error| format!("cannot read {base}: {error}"))?;
        return Ok(Base {
            name: base.into(),
            bytes,
        });
    }
    at_revision(base, spec, shown_as)
}

/// Reads the file `spec` as it is in the git revision `base`, whatever files are there.
///
/// # Errors
///
/// As [`load_base`].
pub fn at_revision(base: &str, spec: &Path, shown_as: &Path) -> Result<Base, String> {
    let directory = match spec.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let file = spec.file_name().unwrap_or_default().to_string_lossy();
    if base.is_empty() || base.starts_with('-') {
        return Err(format!("`{base}` is neither a file nor a git revision"));
    }
    if !directory.is_dir() {
        return Err(format!("there is no directory {}", directory.display()));
    }
    git(directory, ["rev-parse", "--is-inside-work-tree"]).map_err(|problem| match problem {
        GitError::Missing(error) => format!("cannot run git: {error}"),
        GitError::Failed => format!(
            "`{base}` is no file, and {} lies in no git repository",
            directory.display()
        ),
    })?;
    let commit = format!("{base}^{{commit}}");
    git(directory, ["rev-parse", "--verify", "--quiet", &commit])
        .map_err(|_| format!("`{base}` is neither a file nor a git revision"))?;
    let bytes = git(directory, ["show", &format!("{base}:./{file}")])
        .map_err(|_| format!("{} does not exist in `{base}`", shown_as.display()))?;
    let shown = shown_as.display().to_string().replace('\\', "/");
    Ok(Base {
        name: format!("{base}:{shown}").into(),
        bytes,
    })
}

/// Why git said nothing.
pub(crate) enum GitError {
    /// It cannot be run.
    Missing(std::io::Error),
    /// It ended with an error; in which words is not for us.
    Failed,
}

/// What git prints, run in `directory`.
pub(crate) fn git<S: AsRef<OsStr>>(
    directory: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Vec<u8>, GitError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(GitError::Missing)?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(GitError::Failed)
    }
}
