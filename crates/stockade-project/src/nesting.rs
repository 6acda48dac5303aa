//! How far nested stacks are followed: never in a circle, and not without end.

use stockade_syntax::FileId;

/// How deep stacks may nest; what people write is far below.
pub(crate) const MAX_STACK_DEPTH: usize = 8;

/// How many stacks a deployment may have: a template may nest another one many times, and that one the next.
const MAX_STACKS: usize = 1000;

/// The stacks that are being walked.
#[derive(Default)]
pub(crate) struct Nesting {
    /// The files of the stack at hand and those around it, the root first.
    open: Vec<FileId>,
    stacks: usize,
}

impl Nesting {
    pub fn of(root: FileId) -> Self {
        Self { open: vec![root], stacks: 1 }
    }

    /// Whether a template of that file may be nested here, else why not.
    pub fn admits(&self, file: FileId) -> Result<(), String> {
        if self.open.contains(&file) {
            return Err("it nests itself, so that there is no end to it".into());
        }
        if self.open.len() > MAX_STACK_DEPTH {
            return Err(format!("stacks nest more than {MAX_STACK_DEPTH} deep"));
        }
        if self.stacks >= MAX_STACKS {
            return Err(format!("the deployment has more than {MAX_STACKS} stacks"));
        }
        Ok(())
    }

    pub fn enter(&mut self, file: FileId) {
        self.open.push(file);
        self.stacks += 1;
    }

    pub fn leave(&mut self) {
        self.open.pop();
    }
}
