//! Where in a value a field is.

use std::fmt;

/// The way to a field from the value that was validated: `email`, `address.lines[0]`. The empty
/// path is the value itself.
///
/// ```
/// use xtsqlorm::error::FieldPath;
///
/// let path = FieldPath::from("address").join("lines").index(0);
/// assert_eq!(path.to_string(), "address.lines[0]");
/// assert_eq!(path.to_pointer(), "/address/lines/0");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    Name(String),
    Index(usize),
}

impl FieldPath {
    /// The value itself.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The field of this name below the path.
    #[must_use]
    pub fn join(mut self, name: impl Into<String>) -> Self {
        self.steps.push(Step::Name(name.into()));
        self
    }

    /// The element at this place, from 0, of the list at the path.
    #[must_use]
    pub fn index(mut self, place: usize) -> Self {
        self.steps.push(Step::Index(place));
        self
    }

    /// Whether it is the value itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The JSON Pointer (RFC 6901) that finds the field in the value's JSON.
    #[must_use]
    pub fn to_pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.steps {
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(place) => pointer.push_str(&place.to_string()),
            }
        }
        pointer
    }
}

/// One field of the value itself; a dot in the name is a part of it.
impl From<&str> for FieldPath {
    fn from(name: &str) -> Self {
        Self::new().join(name)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Name(name) if place == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
