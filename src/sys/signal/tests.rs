use super::*;

extern "C" fn other(_: c_int) {}

/// All of it: from outside it can be seen that a signal is caught, but not how.
#[test]
fn the_previous_action_is_restored_with_its_flags_and_mask() {
    let (flags, mask) = (SaFlags::SA_RESTART | SaFlags::SA_NODEFER, Signal::SIGWINCH.into());
    let first = set(Signal::SIGURG, &SigAction::new(SigHandler::Handler(other), flags, mask));
    drop(Signals::catch(&[Signal::SIGURG]).expect("signals"));
    let restored = set(Signal::SIGURG, &first.expect("a handler")).expect("a handler");
    assert!(restored.flags().contains(flags));
    assert_eq!(restored.mask(), mask);
    let SigHandler::Handler(handler) = restored.handler() else { panic!("{restored:?}") };
    assert_eq!(handler as usize, other as *const () as usize);
}
