//! What the setter may see: one template, one file of words, and the fonts in the program. No disk, no network, no clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Everything that is the same for every document.
struct Fixed {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Option<Source>,
    words: Option<FileId>,
}

static FIXED: LazyLock<Fixed> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|font| Font::iter(Bytes::new(font)))
        .collect();
    let template = file("/template.typ").map(|id| Source::new(id, include_str!("template.typ").to_owned()));
    Fixed {
        library: LazyHash::new(<Library as LibraryExt>::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template,
        words: file("/words.json"),
    }
});

fn file(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// Whether some font in the program has this sign.
pub(crate) fn draws(sign: char) -> bool {
    let sign = u32::from(sign);
    FIXED.fonts.iter().any(|font| font.info().coverage.contains(sign))
}

/// One document on the setter's desk.
pub(crate) struct Desk {
    words: Bytes,
}

impl Desk {
    pub(crate) fn new(words: Vec<u8>) -> Self {
        Self {
            words: Bytes::new(words),
        }
    }
}

fn unknown() -> FileError {
    FileError::NotFound(std::path::PathBuf::new())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &FIXED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FIXED.book
    }

    fn main(&self) -> FileId {
        match &FIXED.template {
            Some(template) => template.id(),
            None => Source::detached("").id(),
        }
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let template = FIXED.template.iter().find(|template| template.id() == id);
        template.cloned().ok_or_else(unknown)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if FIXED.words == Some(id) {
            Ok(self.words.clone())
        } else {
            Err(unknown())
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FIXED.fonts.get(index).cloned()
    }

    /// There is no today here: a document bears the time it is given.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
