//! The best so many of any number of items.

use datafusion::error::Result;

/// Keeps so many items; the worst of them is found at once.
#[derive(Debug, Clone)]
pub(super) struct BoundedHeap<T> {
    limit: usize,
    /// A binary heap: no item is better than the two that it stands above.
    items: Vec<T>,
}

impl<T> BoundedHeap<T> {
    /// For at most so many items.
    pub(super) fn new(limit: usize) -> BoundedHeap<T> {
        BoundedHeap {
            limit,
            items: Vec::new(),
        }
    }

    /// How many items it keeps at most.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// The items in no particular order.
    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    /// The item that the next better one will replace, once there is no more room.
    pub(super) fn worst(&self) -> Option<&T> {
        if self.items.len() < self.limit {
            None
        } else {
            self.items.first()
        }
    }

    /// Adds an item that is better than the worst, if there is no more room. `worse` tells whether the first item is worse than the
    /// second.
    pub(super) fn add(&mut self, item: T, worse: impl Fn(&T, &T) -> Result<bool>) -> Result<()> {
        if self.items.len() < self.limit {
            self.items.push(item);
            return rise(&mut self.items, worse);
        }
        if let Some(worst) = self.items.first_mut() {
            *worst = item;
        }
        sink(&mut self.items, &worse)
    }

    /// The items, best first.
    pub(super) fn sorted(&self, worse: impl Fn(&T, &T) -> Result<bool>) -> Result<Vec<&T>> {
        let worse = |left: &&T, right: &&T| worse(left, right);
        let mut heap: Vec<&T> = self.items.iter().collect();
        let mut sorted = Vec::with_capacity(heap.len());
        while !heap.is_empty() {
            sorted.push(heap.swap_remove(0));
            sink(&mut heap, &worse)?;
        }
        sorted.reverse();
        Ok(sorted)
    }

    /// The bytes that it holds, without what the items hold.
    pub(super) fn size(&self) -> usize {
        self.items.capacity() * size_of::<T>()
    }
}

/// Moves the last item up to its place.
fn rise<T>(items: &mut [T], worse: impl Fn(&T, &T) -> Result<bool>) -> Result<()> {
    let mut place = items.len().saturating_sub(1);
    while place > 0 {
        let above = (place - 1) / 2;
        match (items.get(place), items.get(above)) {
            (Some(item), Some(other)) if worse(item, other)? => {}
            _ => break,
        }
        items.swap(place, above);
        place = above;
    }
    Ok(())
}

/// Moves the first item down to its place.
fn sink<T>(items: &mut [T], worse: &impl Fn(&T, &T) -> Result<bool>) -> Result<()> {
    let mut place = 0;
    loop {
        let mut worst = place;
        for below in [2 * place + 1, 2 * place + 2] {
            if let (Some(item), Some(other)) = (items.get(below), items.get(worst))
                && worse(item, other)?
            {
                worst = below;
            }
        }
        if worst == place {
            return Ok(());
        }
        items.swap(place, worst);
        place = worst;
    }
}

#[cfg(test)]
mod tests {
    use super::BoundedHeap;

    #[test]
    fn the_best_are_kept() {
        let less = |left: &i32, right: &i32| Ok(left < right);
        for limit in 1..9 {
            let mut heap = BoundedHeap::new(limit);
            for item in (0..100).map(|i| i * 37 % 101) {
                if heap.worst().is_none_or(|worst| item > *worst) {
                    heap.add(item, less).unwrap();
                }
            }
            let mut expected: Vec<i32> = (0..100).map(|i| i * 37 % 101).collect();
            expected.sort_unstable_by(|left, right| right.cmp(left));
            expected.truncate(limit);
            let sorted: Vec<i32> = heap.sorted(less).unwrap().into_iter().copied().collect();
            assert_eq!(sorted, expected);
            assert_eq!((heap.items().len(), heap.limit()), (limit, limit));
        }
    }
}
