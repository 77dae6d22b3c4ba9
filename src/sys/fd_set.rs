//! `fd_set`, which grows past `FD_SETSIZE`.

use super::os::FdMask;
use std::os::fd::{AsFd, AsRawFd, RawFd};

const BITS: usize = FdMask::BITS as usize;

/// The words of an `fd_set` in C.
const SMALL: usize = libc::FD_SETSIZE / BITS;

/// `fd_set`: a set of descriptors, one bit each, for [`select`](super::select).
///
/// C's has room for descriptors below `FD_SETSIZE` (1024), and a higher one is written past its end; this
/// one grows. The kernel takes a set of any size: it is told the highest descriptor.
///
/// As in C it holds numbers, and does not keep the descriptors open: if one is closed while it is in a set,
/// `select` fails with `EBADF`, or waits for another descriptor that was given the same number. (Linux ignores
/// a number past the end of the process's table, which may be short in a forked child: it is not waited for,
/// and stays in the set.) Waiting for the wrong descriptor is the worst that can happen; a set gives no access
/// to one.
///
/// ```
/// use enchufe::sys::{AF_INET, FdSet, SOCK_STREAM, socket};
/// let tcp = socket(AF_INET, SOCK_STREAM, 0)?;
/// let mut set = FdSet::new(); // FD_ZERO
/// set.insert(&tcp); // FD_SET
/// assert!(set.contains(&tcp)); // FD_ISSET
/// set.remove(&tcp); // FD_CLR
/// assert!(!set.contains(&tcp));
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
///
/// A descriptor that is given away would be closed at once, so it can only be borrowed:
///
/// ```compile_fail,E0308
/// # use enchufe::sys::{AF_INET, FdSet, SOCK_STREAM, socket};
/// # let mut set = FdSet::new();
/// set.insert(socket(AF_INET, SOCK_STREAM, 0)?);
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
#[derive(Clone, Debug)]
pub struct FdSet {
    /// As in C: nothing is allocated.
    small: [FdMask; SMALL],
    /// The whole set, once it has had a descriptor past that.
    large: Vec<FdMask>,
    /// All its descriptors are below this.
    bound: usize,
}

impl FdSet {
    /// `FD_ZERO`: an empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self { small: [0; SMALL], large: Vec::new(), bound: 0 }
    }

    /// `FD_ZERO` on a set in use; its memory is kept.
    pub fn clear(&mut self) {
        self.words_mut().fill(0);
        self.bound = 0;
    }

    /// `FD_SET`. `AT_FDCWD`, which can be borrowed but is not a descriptor, is not inserted.
    pub fn insert(&mut self, fd: &(impl AsFd + ?Sized)) {
        self.insert_raw(fd.as_fd().as_raw_fd());
    }

    /// `FD_SET`, of a descriptor that the kernel has named.
    pub(super) fn insert_raw(&mut self, fd: RawFd) {
        if fd < 0 {
            return;
        }
        let (word, bit) = position(fd);
        self.bound = self.bound.max(fd as usize + 1);
        self.make_room_for(self.bound);
        self.words_mut()[word] |= bit;
    }

    /// `FD_CLR`.
    pub fn remove(&mut self, fd: &(impl AsFd + ?Sized)) {
        let (word, bit) = position(fd.as_fd().as_raw_fd());
        if let Some(word) = self.words_mut().get_mut(word) {
            *word &= !bit;
        }
    }

    /// `FD_SET` or `FD_CLR`.
    pub fn set(&mut self, fd: &(impl AsFd + ?Sized), present: bool) {
        if present { self.insert(fd) } else { self.remove(fd) }
    }

    /// `FD_ISSET`.
    #[must_use]
    pub fn contains(&self, fd: &(impl AsFd + ?Sized)) -> bool {
        self.contains_raw(fd.as_fd().as_raw_fd())
    }

    pub(super) fn contains_raw(&self, fd: RawFd) -> bool {
        let (word, bit) = position(fd);
        self.words().get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many descriptors are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words().iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no descriptor is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words().iter().all(|&word| word == 0)
    }

    /// Adds the descriptors of `other`.
    pub fn unite(&mut self, other: &Self) {
        self.bound = self.bound.max(other.bound);
        self.make_room_for(self.bound);
        self.words_mut().iter_mut().zip(other.words()).for_each(|(word, other)| *word |= other);
    }

    /// The descriptors of the set, lowest first. Numbers, not handles: a set owns nothing.
    pub fn iter(&self) -> impl Iterator<Item = RawFd> + '_ {
        self.words().iter().enumerate().flat_map(|(index, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then_some(rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some((index * BITS + bit) as RawFd)
            })
        })
    }

    /// The `nfds` that covers this set: its highest descriptor plus one.
    pub(super) fn nfds(&self) -> usize {
        match self.words().iter().rposition(|&word| word != 0) {
            Some(index) => (index + 1) * BITS - self.words()[index].leading_zeros() as usize,
            None => 0,
        }
    }

    fn words(&self) -> &[FdMask] {
        let all = if self.large.is_empty() { self.small.as_slice() } else { &self.large };
        &all[..self.bound.div_ceil(BITS)]
    }

    fn words_mut(&mut self) -> &mut [FdMask] {
        let words = self.bound.div_ceil(BITS);
        &mut self.all_mut()[..words]
    }

    pub(super) fn all_mut(&mut self) -> &mut [FdMask] {
        if self.large.is_empty() { &mut self.small } else { &mut self.large }
    }

    /// Room for this many descriptors: the kernel writes that many bits.
    pub(super) fn make_room_for(&mut self, descriptors: usize) {
        let words = descriptors.div_ceil(BITS);
        if words > SMALL.max(self.large.len()) {
            if self.large.is_empty() {
                self.large.extend_from_slice(&self.small);
            }
            self.large.resize(words, 0);
        }
    }
}

impl Default for FdSet {
    fn default() -> Self {
        Self::new()
    }
}

/// The word of a descriptor, and its bit there. A negative number's word is past the end of any
/// set.
fn position(fd: RawFd) -> (usize, FdMask) {
    let fd = fd as usize;
    (fd / BITS, 1 << (fd % BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::BorrowedFd;

    fn fd(number: RawFd) -> BorrowedFd<'static> {
        // SAFETY: never used as a descriptor, only its number counts.
        unsafe { BorrowedFd::borrow_raw(number) }
    }

    #[test]
    fn nfds_is_the_highest_plus_one() {
        let mut set = FdSet::new();
        assert_eq!(set.nfds(), 0);
        for (number, nfds) in [(0, 1), (5, 6), (63, 64), (64, 65), (1024, 1025), (9999, 10_000)] {
            set.insert(&fd(number));
            assert_eq!(set.nfds(), nfds);
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 5, 63, 64, 1024, 9999]);
        set.remove(&fd(9999));
        assert_eq!(set.nfds(), 1025);
        set.clear();
        assert_eq!(set.nfds(), 0);
        assert_eq!(set.iter().next(), None);
    }

    #[test]
    fn sets_of_different_sizes_combine() {
        let set = |numbers: &[RawFd]| {
            let mut set = FdSet::new();
            numbers.iter().for_each(|&number| set.insert(&fd(number)));
            set
        };
        let (small, large) = (set(&[1, 5]), set(&[5, 700]));
        for (mut both, other) in [(small.clone(), &large), (large.clone(), &small)] {
            both.unite(other);
            assert_eq!(both.iter().collect::<Vec<_>>(), [1, 5, 700]);
        }
    }
}
