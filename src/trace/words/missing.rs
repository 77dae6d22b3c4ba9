//! What a log cannot tell, in sentences.

use super::more::number;
use crate::screen::Lang;
use crate::trace::model::story::Missing;

/// A sentence for each thing that is missing.
#[must_use]
pub fn notes(missing: &Missing, lang: Lang) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    let mut note = |is_so: bool, es: String, en: String| {
        if is_so {
            notes.push(match lang {
                Lang::Es => es,
                Lang::En => en,
            });
        }
    };
    note(
        missing.times,
        "Sin horas (strace -tt -T): solo se conoce el orden.".into(),
        "Without times (strace -tt -T) only the order is known.".into(),
    );
    note(
        missing.addresses,
        "Sin strace -yy: qué es cada descriptor se deduce de las llamadas.".into(),
        "Without strace -yy: what each descriptor is, is concluded from the calls.".into(),
    );
    let children = number(missing.children, lang);
    note(
        missing.children > 0,
        format!("Procesos o hilos creados y no seguidos (falta strace -f): {children}."),
        format!("Processes or threads made and not traced (no strace -f): {children}."),
    );
    let cut = number(missing.cut, lang);
    note(
        missing.cut > 0,
        format!("Textos que strace cortó (véase su opción -s): {cut}."),
        format!("Strings that strace cut (see its option -s): {cut}."),
    );
    let lines = number(missing.lines, lang);
    note(
        missing.lines > 0,
        format!("Líneas que no se entendieron: {lines}. La primera: {}", missing.first),
        format!("Lines that were not understood: {lines}. The first: {}", missing.first),
    );
    notes
}
