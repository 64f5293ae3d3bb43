//! The q-digest (Shrivastava et al. 2004) of 64-bit integers in Airlift's serialized form, without its exponential decay.
//!
//! A binary tree over the values' bits: a leaf counts one value, an inner node a range of values that were too rare to keep apart.

use super::bytes::Reader;
use crate::error::FunctionError;

/// Nodes that count less are taken for empty.
const WEIGHT_MIN: f64 = 1e-5;

const TAG: u8 = 0;

/// Our own form between the stages of an aggregation, which keeps levels whole.
const TAG_EXACT: u8 = 255;

const HAS_LEFT: u8 = 1;
const HAS_RIGHT: u8 = 2;

/// The bytes of a node as Airlift stores it.
const NODE_BYTES: usize = 17;

/// A summary of integers, from which quantiles are read within an error of rank.
#[derive(Debug, Clone)]
pub(crate) struct QuantileDigest {
    error_max: f64,
    min: i64,
    max: i64,
    weight: f64,
    root: Option<Box<Node>>,
    nodes: usize,
}

#[derive(Debug, Clone)]
struct Node {
    /// How many of the lowest bits the node leaves open.
    level: u8,
    /// The bits of a value in the node's range, such that unsigned order is the values' order.
    bits: u64,
    weight: f64,
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}

impl QuantileDigest {
    /// An empty digest whose quantiles are wrong by at most this share of the ranks.
    pub(crate) fn new(error_max: f64) -> QuantileDigest {
        QuantileDigest {
            error_max,
            min: i64::MAX,
            max: i64::MIN,
            weight: 0.0,
            root: None,
            nodes: 0,
        }
    }

    /// Adds a value so many times.
    pub(crate) fn add(&mut self, value: i64, weight: f64) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        if weight < WEIGHT_MIN {
            return;
        }
        let before = self.weight;
        self.insert(sortable(value), 0, weight);
        // What may be merged changes each time so many values were added.
        let factor = f64::from(self.compression_factor());
        if (before.trunc() / factor).trunc() != (self.weight.trunc() / factor).trunc() {
            self.compress();
        }
    }

    /// Adds everything that another digest has seen.
    pub(crate) fn merge(&mut self, other: &QuantileDigest) {
        if let Some(root) = &other.root {
            root.visit_before_children(&mut |node| self.insert(node.bits, node.level, node.weight));
        }
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.compress();
    }

    /// How many values were added, by weight.
    #[cfg(test)]
    pub(crate) fn weight(&self) -> f64 {
        self.weight
    }

    /// The value at a quantile between 0 and 1, or one above it by at most the error of rank.
    pub(crate) fn value_at(&self, quantile: f64) -> i64 {
        let mut sum = 0.0;
        let found = self.find_in_order(&mut |node| {
            sum += node.weight;
            sum > quantile * self.weight
        });
        found.map_or(self.max, |node| node.upper_bound().min(self.max))
    }

    /// The share of values below this one; `None` outside of the values' range.
    pub(crate) fn quantile_at(&self, value: i64) -> Option<f64> {
        let counted = |node: &Node| node.weight >= WEIGHT_MIN;
        let least = self
            .find_in_order(&mut |node| counted(node))
            .map_or(self.min, Node::lower_bound);
        let greatest = self
            .find_in_reverse(&mut |node| counted(node))
            .map_or(self.max, Node::upper_bound);
        if self.weight == 0.0 || value < least.max(self.min) || value > greatest.min(self.max) {
            return None;
        }
        let mut sum = 0.0;
        self.find_in_order(&mut |node| {
            if value <= node.upper_bound() {
                return true;
            }
            sum += node.weight;
            false
        });
        Some(sum / self.weight)
    }

    /// The first node for which the test holds, children before parents and smaller before greater.
    fn find_in_order(&self, test: &mut dyn FnMut(&Node) -> bool) -> Option<&Node> {
        self.root.as_ref()?.find(test, false)
    }

    fn find_in_reverse(&self, test: &mut dyn FnMut(&Node) -> bool) -> Option<&Node> {
        self.root.as_ref()?.find(test, true)
    }

    fn insert(&mut self, bits: u64, level: u8, weight: f64) {
        self.weight += weight;
        let mut place = &mut self.root;
        loop {
            match place {
                Some(node) if node.level > level && node.contains(bits) => {
                    // The borrow checker cannot see that `place` is free again, hence the second match.
                    let Some(node) = place else { return };
                    place = node.child_towards(bits);
                }
                Some(node) if node.level == level && node.contains(bits) => {
                    node.weight += weight;
                    return;
                }
                _ => break,
            }
        }
        let mut new = Box::new(Node {
            level,
            bits,
            weight,
            left: None,
            right: None,
        });
        self.nodes += 1;
        match place.take() {
            None => {}
            // The new node's range holds the node that stands here.
            Some(node) if new.contains(node.bits) && level > node.level => {
                let bits = node.bits;
                *new.child_towards(bits) = Some(node);
            }
            Some(node) => {
                // The two part at the highest bit in which they differ.
                let differing = u64::BITS - (node.bits ^ bits).leading_zeros();
                let mut parent = Box::new(Node {
                    level: u8::try_from(differing).unwrap_or(64),
                    bits: node.bits,
                    weight: 0.0,
                    left: None,
                    right: None,
                });
                self.nodes += 1;
                let (node_bits, new_bits) = (node.bits, new.bits);
                *parent.child_towards(node_bits) = Some(node);
                *parent.child_towards(new_bits) = Some(new);
                new = parent;
            }
        }
        *place = Some(new);
    }

    fn compression_factor(&self) -> i32 {
        match &self.root {
            // A float cast saturates, as Java's does.
            Some(root) => ((f64::from(root.level) + 1.0) / self.error_max).max(1.0) as i32,
            None => 1,
        }
    }

    /// Moves the weight of rare values to the ranges above them.
    fn compress(&mut self) {
        let bound = (self.weight / f64::from(self.compression_factor())).floor();
        if let Some(root) = &mut self.root {
            root.compress(bound, &mut self.nodes);
            if root.weight < WEIGHT_MIN {
                let root = self.root.take();
                self.root = root.and_then(|root| without_weight(root, &mut self.nodes));
            }
        }
    }

    /// The bytes it holds beyond itself.
    pub(crate) fn heap_size(&self) -> usize {
        self.nodes * size_of::<Node>()
    }

    /// Airlift's bytes.
    ///
    /// Airlift stores levels but 0 less one, and adds the one again only to nodes with children. So ranges whose values were all merged
    /// come back half as wide; what Trino reads of a stored digest shows it, and therefore what we read does.
    pub(crate) fn serialize(&mut self) -> Vec<u8> {
        self.compress();
        self.bytes(TAG)
    }

    /// Bytes from which the digest comes back as it is.
    pub(crate) fn serialize_exact(&self) -> Vec<u8> {
        self.bytes(TAG_EXACT)
    }

    fn bytes(&self, tag: u8) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(45 + (NODE_BYTES + 1) * self.nodes);
        bytes.push(tag);
        bytes.extend(self.error_max.to_le_bytes());
        // No decay, and hence no time that it counts from.
        bytes.extend(0.0_f64.to_le_bytes());
        bytes.extend(0_i64.to_le_bytes());
        bytes.extend(self.min.to_le_bytes());
        bytes.extend(self.max.to_le_bytes());
        bytes.extend(i32::try_from(self.nodes).unwrap_or(i32::MAX).to_le_bytes());
        self.find_in_order(&mut |node| {
            let mut structure = match tag {
                TAG => node.level.saturating_sub(1) << 2,
                _ => {
                    bytes.push(node.level);
                    0
                }
            };
            if node.left.is_some() {
                structure |= HAS_LEFT;
            }
            if node.right.is_some() {
                structure |= HAS_RIGHT;
            }
            bytes.push(structure);
            bytes.extend(node.weight.to_le_bytes());
            bytes.extend(node.bits.to_le_bytes());
            false
        });
        bytes
    }

    /// Reads Airlift's bytes. Digests that decay are refused; Trino makes none.
    pub(crate) fn deserialize(bytes: &[u8]) -> Result<QuantileDigest, FunctionError> {
        let mut reader = Reader::new("QuantileDigest", bytes);
        let tag = reader.u8()?;
        if tag != TAG && tag != TAG_EXACT {
            return Err(reader.malformed());
        }
        let error_max = reader.f64()?;
        let decay = reader.f64()?;
        reader.i64()?;
        if !(0.0..=1.0).contains(&error_max) || decay != 0.0 {
            return Err(reader.malformed());
        }
        let (min, max) = (reader.i64()?, reader.i64()?);
        let nodes = reader.count(NODE_BYTES)?;
        let mut weight = 0.0;
        // Children come before their parents.
        let mut waiting: Vec<Node> = Vec::new();
        for _ in 0..nodes {
            let level = if tag == TAG { None } else { Some(reader.u8()?) };
            let node = read_node(&mut reader, level, &mut waiting)?;
            weight += node.weight;
            waiting.push(node);
        }
        let root = waiting.pop().map(Box::new);
        if !waiting.is_empty() {
            return Err(reader.malformed());
        }
        reader.finish()?;
        Ok(QuantileDigest {
            error_max,
            min,
            max,
            weight,
            root,
            nodes,
        })
    }
}

fn read_node(
    reader: &mut Reader<'_>,
    level: Option<u8>,
    waiting: &mut Vec<Node>,
) -> Result<Node, FunctionError> {
    let structure = reader.u8()?;
    let inner = structure & (HAS_LEFT | HAS_RIGHT) != 0;
    let level = level.unwrap_or((structure >> 2) + u8::from(inner)).min(64);
    let mut child = |flag: u8| {
        if structure & flag == 0 {
            return Ok(None);
        }
        waiting.pop().map(|child| Some(Box::new(child))).ok_or(())
    };
    let (right, left) = (child(HAS_RIGHT), child(HAS_LEFT));
    let (Ok(right), Ok(left)) = (right, left) else {
        return Err(reader.malformed());
    };
    let node = Node {
        level,
        weight: reader.f64()?,
        bits: reader.u64()?,
        left,
        right,
    };
    // Levels fall towards the leaves, so trees are never deeper than a value has bits.
    let below = |child: &Option<Box<Node>>| child.as_ref().is_none_or(|child| child.level < level);
    if below(&node.left) && below(&node.right) && node.weight >= 0.0 {
        Ok(node)
    } else {
        Err(reader.malformed())
    }
}

impl Node {
    fn contains(&self, bits: u64) -> bool {
        self.level >= 64 || (self.bits >> self.level) == (bits >> self.level)
    }

    /// The child whose half of the range the bits are in. Leaves have none, and are not asked.
    fn child_towards(&mut self, bits: u64) -> &mut Option<Box<Node>> {
        let branch = 1_u64 << self.level.saturating_sub(1).min(63);
        if bits & branch == 0 {
            &mut self.left
        } else {
            &mut self.right
        }
    }

    /// The bits that the node leaves open.
    fn open_bits(&self) -> u64 {
        match self.level {
            0 => 0,
            level => u64::MAX >> (64 - u32::from(level.min(64))),
        }
    }

    fn upper_bound(&self) -> i64 {
        value_of(self.bits | self.open_bits())
    }

    fn lower_bound(&self) -> i64 {
        value_of(self.bits & !self.open_bits())
    }

    fn find(&self, test: &mut dyn FnMut(&Node) -> bool, reversed: bool) -> Option<&Node> {
        let (first, second) = if reversed {
            (&self.right, &self.left)
        } else {
            (&self.left, &self.right)
        };
        for child in [first, second].into_iter().flatten() {
            if let Some(found) = child.find(test, reversed) {
                return Some(found);
            }
        }
        test(self).then_some(self)
    }

    fn visit_before_children(&self, visit: &mut dyn FnMut(&Node)) {
        visit(self);
        for child in [&self.left, &self.right].into_iter().flatten() {
            child.visit_before_children(visit);
        }
    }

    fn compress(&mut self, bound: f64, nodes: &mut usize) {
        let weight_of = |child: &mut Option<Box<Node>>, nodes: &mut usize| match child {
            Some(child) => {
                child.compress(bound, nodes);
                child.weight
            }
            None => 0.0,
        };
        let left = weight_of(&mut self.left, nodes);
        let right = weight_of(&mut self.right, nodes);
        let rare = self.weight + left + right < bound;
        for (child, weight) in [(&mut self.left, left), (&mut self.right, right)] {
            if child.is_some() && (rare || weight < WEIGHT_MIN) {
                self.weight += weight;
                *child = child.take().and_then(|child| without_weight(child, nodes));
            }
        }
    }
}

/// What is left of a node without its own weight: nothing, its only child, or the node that holds both children.
fn without_weight(mut node: Box<Node>, nodes: &mut usize) -> Option<Box<Node>> {
    if node.left.is_some() && node.right.is_some() {
        node.weight = 0.0;
        return Some(node);
    }
    *nodes = nodes.saturating_sub(1);
    node.left.take().or(node.right.take())
}

/// Bits whose unsigned order is the order of the values.
fn sortable(value: i64) -> u64 {
    value.cast_unsigned() ^ (1 << 63)
}

fn value_of(bits: u64) -> i64 {
    (bits ^ (1 << 63)).cast_signed()
}

#[cfg(test)]
mod tests;
