//! Why a call failed. `{}` is in English, as perror(3) has it and as it is looked up: `EADDRINUSE: Address
//! already in use`. `{:#}` adds in Spanish what that is.

use crate::sys::Errno;
use std::fmt::{self, Display, Formatter};
use std::io;

/// A text in both languages: `{}` is in English, `{:#}` in Spanish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Both {
    /// In Spanish.
    pub es: &'static str,
    /// In English.
    pub en: &'static str,
}

impl Display for Both {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { self.es } else { self.en })
    }
}

/// An errno, by name and in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why(pub Errno);

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        match errno_in_spanish(self.0) {
            Some(words) if f.alternate() => write!(f, " ({words})"),
            _ => Ok(()),
        }
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// This is in errno.
    Errno(Errno),
    /// Something else, in words.
    Said {
        /// In Spanish.
        es: String,
        /// In English.
        en: String,
    },
}

impl Reason {
    /// In words: those of `{}` are English, those of `{:#}` Spanish, if there are any.
    pub fn of(words: impl Display) -> Self {
        Self::Said { es: format!("{words:#}"), en: words.to_string() }
    }

    /// Why a program could not be asked.
    #[must_use]
    pub fn of_program(name: &str, reason: &Self) -> Self {
        Self::Said { es: format!("{name}: {reason:#}"), en: format!("{name}: {reason}") }
    }

    /// The resolver's, as std has it: getaddrinfo's error in the words of gai_strerror(3).
    #[must_use]
    pub fn of_resolver(error: &io::Error) -> Self {
        if error.raw_os_error().is_some() {
            return error.into();
        }
        let error = error.to_string();
        let en = error.rsplit_once("address information: ").map_or(&*error, |(_, words)| words);
        let known = RESOLVER.iter().find(|(words, _)| words.contains(&en));
        Self::Said {
            es: known.map_or_else(|| en.into(), |(_, es)| format!("{en} ({es})")),
            en: en.into(),
        }
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errno(errno) if f.alternate() => write!(f, "{:#}", Why(*errno)),
            Self::Errno(errno) => write!(f, "{}", Why(*errno)),
            Self::Said { es, .. } if f.alternate() => f.write_str(es),
            Self::Said { en, .. } => f.write_str(en),
        }
    }
}

impl From<Errno> for Reason {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<Both> for Reason {
    fn from(words: Both) -> Self {
        Self::of(words)
    }
}

impl From<&io::Error> for Reason {
    fn from(error: &io::Error) -> Self {
        match error.raw_os_error() {
            Some(errno) => Self::Errno(Errno::from_raw(errno)),
            None => Self::of(error),
        }
    }
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        (&error).into()
    }
}

/// What gai_strerror(3) says, with glibc, with musl and on the BSDs, and that in Spanish.
#[rustfmt::skip] // A table.
const RESOLVER: [(&[&str], &str); 7] = [
    (&["Name or service not known", "Name does not resolve", "nodename nor servname provided, or not known"],
        "no se conoce ese nombre"),
    (&["No address associated with hostname", "Name has no usable address"],
        "ese nombre no tiene ninguna dirección"),
    (&["Address family for hostname not supported"],
        "ese nombre no tiene direcciones de esa familia"),
    (&["Temporary failure in name resolution", "Try again"],
        "por ahora no se pueden resolver nombres"),
    (&["Non-recoverable failure in name resolution", "Non-recoverable error"],
        "no se pueden resolver nombres"),
    (&["Memory allocation failure", "Out of memory"],
        "no queda memoria"),
    (&["Unknown error"],
        "error desconocido"),
];

/// What an errno says, for those that these programs may meet.
#[rustfmt::skip] // A table.
fn errno_in_spanish(errno: Errno) -> Option<&'static str> {
    Some(match errno {
        Errno::EPERM => "operación no permitida",
        Errno::ENOENT => "no existe ese archivo o directorio",
        Errno::ESRCH => "no existe ese proceso",
        Errno::EINTR => "llamada interrumpida por una señal",
        Errno::EIO => "error de entrada o salida",
        Errno::ENXIO => "no existe ese dispositivo o dirección",
        Errno::E2BIG => "lista de argumentos demasiado larga",
        Errno::ENOEXEC => "formato de ejecutable no válido",
        Errno::EBADF => "descriptor no válido",
        Errno::ECHILD => "no hay procesos hijos",
        Errno::EAGAIN => "no disponible por ahora",
        Errno::ENOMEM => "no queda memoria",
        Errno::EACCES => "permiso denegado",
        Errno::EFAULT => "dirección de memoria no válida",
        Errno::EBUSY => "dispositivo o recurso ocupado",
        Errno::EEXIST => "ya existe",
        Errno::ENODEV => "no existe ese dispositivo",
        Errno::ENOTDIR => "no es un directorio",
        Errno::EISDIR => "es un directorio",
        Errno::EINVAL => "argumento no válido",
        Errno::ENFILE => "demasiados archivos abiertos en el sistema",
        Errno::EMFILE => "demasiados archivos abiertos",
        Errno::ENOTTY => "operación impropia de este dispositivo",
        Errno::ETXTBSY => "archivo de programa ocupado",
        Errno::EFBIG => "archivo demasiado grande",
        Errno::ENOSPC => "no queda espacio en el dispositivo",
        Errno::ESPIPE => "no se puede cambiar de posición",
        Errno::EROFS => "sistema de archivos de solo lectura",
        Errno::EPIPE => "tubería rota",
        Errno::ENAMETOOLONG => "nombre demasiado largo",
        Errno::ENOSYS => "el sistema no tiene esta llamada",
        Errno::ELOOP => "demasiados enlaces simbólicos",
        Errno::ENOTSOCK => "no es un socket",
        Errno::EDESTADDRREQ => "falta la dirección de destino",
        Errno::EMSGSIZE => "mensaje demasiado largo",
        Errno::EPROTOTYPE => "protocolo impropio de este socket",
        Errno::ENOPROTOOPT => "opción de protocolo no disponible",
        Errno::EPROTONOSUPPORT => "protocolo no admitido",
        Errno::EOPNOTSUPP => "operación no admitida",
        Errno::EAFNOSUPPORT => "familia de direcciones no admitida",
        Errno::EADDRINUSE => "la dirección ya está en uso",
        Errno::EADDRNOTAVAIL => "esta máquina no tiene esa dirección",
        Errno::ENETDOWN => "la red no funciona",
        Errno::ENETUNREACH => "no hay ruta a esa red",
        Errno::ENETRESET => "la red cortó la conexión",
        Errno::ECONNABORTED => "la conexión se abandonó",
        Errno::ECONNRESET => "el otro extremo cortó la conexión",
        Errno::ENOBUFS => "no quedan búferes",
        Errno::EISCONN => "el socket ya está conectado",
        Errno::ENOTCONN => "el socket no está conectado",
        Errno::ESHUTDOWN => "ese sentido de la conexión ya está cerrado",
        Errno::ETIMEDOUT => "se agotó el tiempo de espera",
        Errno::ECONNREFUSED => "conexión rechazada",
        Errno::EHOSTDOWN => "esa máquina no funciona",
        Errno::EHOSTUNREACH => "no hay ruta a esa máquina",
        Errno::EALREADY => "ya hay una operación en curso",
        Errno::EINPROGRESS => "operación en curso",
        Errno::EDQUOT => "se agotó la cuota de disco",
        Errno::EDEADLK => "se habría producido un bloqueo mutuo",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errno_is_said_in_both_languages() {
        let reason = Reason::from(Errno::EADDRINUSE);
        assert_eq!(reason.to_string(), "EADDRINUSE: Address already in use");
        let es = "EADDRINUSE: Address already in use (la dirección ya está en uso)";
        assert_eq!(format!("{reason:#}"), es);
        let file = io::Error::from_raw_os_error(Errno::ENOENT as i32);
        assert_eq!(Reason::from(file), Errno::ENOENT.into());
        let rare = Reason::from(Errno::EXFULL);
        assert_eq!(format!("{rare:#}"), rare.to_string());
    }

    #[test]
    fn the_resolver_is_heard_in_both_languages() {
        let error = "failed to lookup address information: Name or service not known";
        let reason = Reason::of_resolver(&io::Error::other(error));
        assert_eq!(reason.to_string(), "Name or service not known");
        let es = "Name or service not known (no se conoce ese nombre)";
        assert_eq!(format!("{reason:#}"), es);
    }
}
