package model

import (
	"errors"
	"fmt"
)

// forest is a random forest with the nodes of all its trees in one slice, each tree in preorder: a node's left child
// is the node after it, and a walk to the left stays within a cache line of 64 bytes for up to four nodes.
type forest struct {
	nodes  []node
	roots  []int32      // each tree's first node
	leaves [][3]float64 // the leaves' class shares
}

type node struct {
	threshold float64
	feature   int32 // leaf for a leaf
	right     int32 // the right child; for a leaf its place among the leaves
}

const leaf = -1

// shares averages over the trees the class shares of the leaves that x reaches.
func (f *forest) shares(x [4]float64) [3]float64 {
	// scikit-learn's trees take float32 rows, and compare them with float64 thresholds.
	for feature := range x {
		x[feature] = float64(float32(x[feature]))
	}
	var sum [3]float64
	for _, at := range f.roots {
		n := &f.nodes[at]
		for n.feature != leaf {
			// The mask spares the bounds check; features are checked when the model is loaded.
			if x[n.feature&3] <= n.threshold {
				at++
			} else {
				at = n.right
			}
			n = &f.nodes[at]
		}
		reached := &f.leaves[n.right]
		sum[0] += reached[0]
		sum[1] += reached[1]
		sum[2] += reached[2]
	}
	trees := float64(len(f.roots))
	return [3]float64{sum[0] / trees, sum[1] / trees, sum[2] / trees}
}

// exportedTree is one tree by node, as in the file: see case-study/models/export.py.
type exportedTree struct {
	Feature   []int32     `json:"feature"`
	Threshold []float64   `json:"threshold"`
	Left      []int32     `json:"left"`
	Right     []int32     `json:"right"`
	Value     [][]float64 `json:"value"`
}

func newForest(trees []exportedTree) (*forest, error) {
	if len(trees) == 0 {
		return nil, errors.New("has no trees")
	}
	f := &forest{}
	for position := range trees {
		tree := &trees[position]
		count := len(tree.Feature)
		if len(tree.Threshold) != count || len(tree.Left) != count || len(tree.Right) != count || len(tree.Value) != count {
			return nil, fmt.Errorf("has lists of different lengths in tree %d", position)
		}
		f.roots = append(f.roots, int32(len(f.nodes)))
		if err := f.add(tree, 0, make([]bool, count)); err != nil {
			return nil, fmt.Errorf("has in tree %d %w", position, err)
		}
	}
	return f, nil
}

// add appends the node `from` of the tree, and all below it, in preorder.
func (f *forest) add(tree *exportedTree, from int32, added []bool) error {
	if from < 0 || int(from) >= len(added) {
		return fmt.Errorf("no node %d", from)
	}
	if added[from] {
		return fmt.Errorf("two ways to node %d", from)
	}
	added[from] = true
	feature := tree.Feature[from]
	if feature == leaf {
		if len(tree.Value[from]) != 3 {
			return fmt.Errorf("%d class shares at node %d, not 3", len(tree.Value[from]), from)
		}
		f.nodes = append(f.nodes, node{feature: leaf, right: int32(len(f.leaves))})
		f.leaves = append(f.leaves, [3]float64(tree.Value[from]))
		return nil
	}
	if feature < 0 || int(feature) >= len(Features) {
		return fmt.Errorf("no feature %d, which node %d compares", feature, from)
	}
	at := len(f.nodes)
	f.nodes = append(f.nodes, node{threshold: tree.Threshold[from], feature: feature})
	if err := f.add(tree, tree.Left[from], added); err != nil {
		return err
	}
	f.nodes[at].right = int32(len(f.nodes))
	return f.add(tree, tree.Right[from], added)
}
