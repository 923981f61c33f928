//! Three-valued logic: how an evaluation that must not guess says that it would have to.

/// Whether something matches. What is not understood is [`Truth::Unsure`]: an Allow then does not
/// match, a Deny does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    Unsure,
    Yes,
}

impl Truth {
    pub(crate) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// The greatest of all; [`Truth::No`] of none. Stops at the first certain yes.
    pub(crate) fn any(all: impl IntoIterator<Item = Self>) -> Self {
        let mut best = Self::No;
        for truth in all {
            best = best.or(truth);
            if best == Self::Yes {
                break;
            }
        }
        best
    }

    /// The least of all; [`Truth::Yes`] of none. Stops at the first certain no.
    pub(crate) fn all(all: impl IntoIterator<Item = Self>) -> Self {
        let mut worst = Self::Yes;
        for truth in all {
            worst = worst.and(truth);
            if worst == Self::No {
                break;
            }
        }
        worst
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unsure => Self::Unsure,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}
