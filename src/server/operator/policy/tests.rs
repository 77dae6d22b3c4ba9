use super::*;

const GRACE: Duration = Duration::from_secs(5);
const CTRL_C: OperatorEvent = OperatorEvent::Interrupt { can_ask: true };

fn asked() -> (Policy, Instant) {
    let (mut policy, now) = (Policy::new(OnExit::Ask, GRACE), Instant::now());
    assert_eq!(policy.on(CTRL_C, 2, now), Some(Action::Ask));
    (policy, now)
}

#[test]
fn each_answer_has_its_action() {
    let cases = [
        (OperatorEvent::Answer(Answer::Yes), Action::Close),
        (OperatorEvent::Answer(Answer::No), Action::Wait),
        (OperatorEvent::Answer(Answer::Cancel), Action::Resume),
        (OperatorEvent::Answer(Answer::Unclear), Action::Ask),
        (OperatorEvent::InputEnded, Action::Close),
        (OperatorEvent::Terminate, Action::Close),
        (CTRL_C, Action::Close),
    ];
    for (event, action) in cases {
        let (mut policy, now) = asked();
        assert_eq!(policy.on(event, 2, now), Some(action), "{event:?}");
        assert_eq!(policy.is_asking(), action == Action::Ask);
    }
}

#[test]
fn nothing_is_asked_when_nobody_is_there_or_nobody_can_answer() {
    let now = Instant::now();
    let mut policy = Policy::new(OnExit::Ask, GRACE);
    assert_eq!(policy.on(CTRL_C, 0, now), Some(Action::Close));
    assert!(policy.is_leaving());
    let mut policy = Policy::new(OnExit::Ask, GRACE);
    let background = OperatorEvent::Interrupt { can_ask: false };
    assert_eq!(policy.on(background, 2, now), Some(Action::Close));
}

#[test]
fn an_answer_nobody_asked_for_does_nothing() {
    let mut policy = Policy::new(OnExit::Ask, GRACE);
    let now = Instant::now();
    assert_eq!(policy.on(OperatorEvent::Answer(Answer::Yes), 2, now), None);
    assert_eq!(policy.on(OperatorEvent::InputEnded, 2, now), None);
    assert!(!policy.is_leaving());
}

#[test]
fn closing_is_forced_by_time_or_by_another_interrupt() {
    let (mut policy, now) = asked();
    policy.on(OperatorEvent::Answer(Answer::Yes), 2, now);
    assert_eq!(policy.deadline(), Some(now + GRACE));
    assert_eq!(policy.wake(2, now), None);
    assert_eq!(policy.wake(0, now + GRACE), None);
    assert_eq!(policy.wake(2, now + GRACE), Some(Action::Force));
    assert!(policy.is_forced());
    assert_eq!(policy.wake(2, now + GRACE), None);
    assert_eq!(policy.wake(0, now + GRACE + END), None);
    assert_eq!(policy.wake(1, now + GRACE + END), Some(Action::Abandon));
    assert_eq!(policy.wake(1, now + GRACE + 2 * END), None);
    assert!(policy.is_forced());

    let (mut policy, now) = asked();
    policy.on(OperatorEvent::Answer(Answer::No), 2, now);
    assert_eq!(policy.on(CTRL_C, 2, now), Some(Action::Close));
    assert_eq!(policy.on(CTRL_C, 2, now), Some(Action::Force));
    assert_eq!(policy.on(CTRL_C, 2, now), None);
}

#[test]
fn a_client_that_has_left_is_not_cut_off() {
    let (mut policy, now) = asked();
    policy.on(OperatorEvent::Answer(Answer::Yes), 2, now);
    assert_eq!(policy.on(CTRL_C, 0, now), None);
    assert!(!policy.is_forced());
}
