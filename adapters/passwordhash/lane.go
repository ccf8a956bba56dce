package passwordhash

import "slices"

// lane contains the hashes of one kind of clients, by network. turns lists the networks in the order of their turns.
type lane struct {
	turns    []string
	networks map[string]*network
}

// network contains the hashes of one network, by account; clients without a known device have none. turns lists the accounts in the
// order of their turns.
type network struct {
	size  int
	turns []string
	jobs  map[string][]*job
}

func (l *lane) push(j *job) {
	n := l.networks[j.waiter.Network]
	if n == nil {
		n = &network{jobs: map[string][]*job{}}
		l.networks[j.waiter.Network] = n
		l.turns = append(l.turns, j.waiter.Network)
	}
	if len(n.jobs[j.waiter.Account]) == 0 {
		n.turns = append(n.turns, j.waiter.Account)
	}
	n.jobs[j.waiter.Account] = append(n.jobs[j.waiter.Account], j)
	n.size++
}

// pop removes the oldest hash of the account whose turn it is in the network whose turn it is. Their next turns come after those of
// the others. There must be one.
func (l *lane) pop() *job {
	name := l.turns[0]
	n := l.networks[name]
	account := n.turns[0]
	j := n.jobs[account][0]
	l.remove(j)
	if len(n.jobs[account]) > 0 {
		n.turns = append(n.turns[1:], account)
	}
	if n.size > 0 {
		l.turns = append(l.turns[1:], name)
	}
	return j
}

func (l *lane) remove(j *job) bool {
	n := l.networks[j.waiter.Network]
	if n == nil {
		return false
	}
	jobs, ok := without(n.jobs[j.waiter.Account], j)
	if !ok {
		return false
	}
	n.size--
	if n.jobs[j.waiter.Account] = jobs; len(jobs) == 0 {
		delete(n.jobs, j.waiter.Account)
		n.turns, _ = without(n.turns, j.waiter.Account)
	}
	if n.size == 0 {
		delete(l.networks, j.waiter.Network)
		l.turns, _ = without(l.turns, j.waiter.Network)
	}
	return true
}

// largest returns the network with the most hashes; of several, the one whose turn comes last. It is nil in an empty lane.
func (l *lane) largest() (largest *network) {
	for _, name := range slices.Backward(l.turns) {
		if n := l.networks[name]; largest == nil || n.size > largest.size {
			largest = n
		}
	}
	return largest
}

// largest returns the account with the most hashes; of several, the one whose turn comes last.
func (n *network) largest() (account string) {
	most := 0
	for _, name := range slices.Backward(n.turns) {
		if held := len(n.jobs[name]); held > most {
			most, account = held, name
		}
	}
	return account
}

// newest returns the newest hash of the largest account.
func (n *network) newest() *job {
	jobs := n.jobs[n.largest()]
	return jobs[len(jobs)-1]
}

// without returns a list without the first element that equals e, and whether there was one.
func without[E comparable](list []E, e E) ([]E, bool) {
	for i := range list {
		if list[i] == e {
			return append(list[:i:i], list[i+1:]...), true
		}
	}
	return list, false
}
