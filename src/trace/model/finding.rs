//! What is wrong in a story.

use crate::screen::Lang;

/// A mistake that the log proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub mistake: Mistake,
    /// The step where it is seen, an index.
    pub step: usize,
    /// What is wrong there.
    pub reason: Said,
    /// How often the same program makes it.
    pub times: usize,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
}

impl Said {
    /// In this language.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Es => &self.es,
            Lang::En => &self.en,
        }
    }
}

/// A mistake that learners make. `words/mistakes.rs` describes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "words/mistakes.rs says what each is")]
pub enum Mistake {
    PortOrder = 1,
    NoReuse,
    ParentKeeps,
    ChildKeeps,
    Zombies,
    ZeroIgnored,
    ShortSend,
    OneMessage,
    BrokenPipe,
    Interrupted,
    SetSize,
    NeverClosed,
    Unread,
    NobodyThere,
    BlockedLoop,
    Sets,
    BusyLoop,
    NoListen,
    OnlyLocal,
    BothWait,
}

impl Mistake {
    /// Its number, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        self as usize
    }
}
