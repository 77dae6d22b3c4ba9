//! The order of the lanes: the one with the shortest arrows, found by moving one lane at a time as long as that
//! helps.

/// The cost of a lane of another family in the middle of one: more than any arrow.
const INTRUDER: usize = 1000;

/// The order of lanes, given how many arrows go between each two of them, and the family of each: the lanes of a
/// family stay together.
#[must_use]
pub fn shortest(arrows: &[Vec<usize>], families: &[usize]) -> Vec<usize> {
    let mut order: Vec<_> = (0..families.len()).collect();
    let mut cost = length(&order, arrows, families);
    loop {
        let lanes = 0..order.len();
        let moves = lanes.clone().flat_map(|from| lanes.clone().map(move |to| (from, to)));
        let moved = moves.map(|(from, to)| {
            let mut other = order.clone();
            let lane = other.remove(from);
            other.insert(to, lane);
            (length(&other, arrows, families), other)
        });
        match moved.min_by_key(|(cost, _)| *cost) {
            Some((less, better)) if less < cost => (cost, order) = (less, better),
            _ => break,
        }
    }
    // The mirrored order is as short: the first lane goes on the left.
    if order.first() > order.last() {
        order.reverse();
    }
    order
}

fn length(order: &[usize], arrows: &[Vec<usize>], families: &[usize]) -> usize {
    let mut length = 0;
    for (place, &lane) in order.iter().enumerate() {
        let mut strangers = 0;
        for (other, distance) in order[place + 1..].iter().zip(1..) {
            length += arrows[lane][*other] * distance;
            if families[*other] == families[lane] {
                length += strangers * INTRUDER;
            } else {
                strangers += 1;
            }
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(lanes: usize, pairs: &[(usize, usize, usize)], families: &[usize]) -> Vec<usize> {
        let mut arrows = vec![vec![0; lanes]; lanes];
        for &(a, b, count) in pairs {
            arrows[a][b] = count;
            arrows[b][a] = count;
        }
        shortest(&arrows, families)
    }

    #[test]
    fn the_server_stands_between_its_clients() {
        assert_eq!(order(3, &[(0, 1, 9), (0, 2, 9)], &[0, 1, 2]), [1, 0, 2]);
        let five = order(5, &[(0, 1, 9), (0, 2, 9), (0, 3, 9), (0, 4, 9)], &[0, 1, 2, 3, 4]);
        assert_eq!(five[2], 0);
    }

    #[test]
    fn children_stand_between_their_parent_and_their_clients() {
        let pairs = [(0, 1, 1), (0, 2, 1), (0, 3, 3), (0, 4, 3), (1, 3, 5), (2, 4, 5)];
        assert_eq!(order(5, &pairs, &[0, 1, 2, 0, 0]), [1, 3, 0, 4, 2]);
    }

    #[test]
    fn a_proxy_stands_between_client_and_server() {
        assert_eq!(order(3, &[(0, 2, 5), (1, 2, 5)], &[0, 1, 2]), [0, 2, 1]);
    }

    #[test]
    fn a_family_stays_together() {
        let order = order(4, &[(0, 1, 9), (2, 3, 9)], &[0, 1, 0, 1]);
        let families: Vec<_> = order.iter().map(|lane| lane % 2).collect();
        assert!(families == [0, 0, 1, 1] || families == [1, 1, 0, 0], "{order:?}");
    }
}
