package app

import (
	"fmt"
	"net/netip"

	"github.com/siriusys/user-management-service/domain"
	"github.com/siriusys/user-management-service/ports"
)

// The purposes that distinguish the tags of pseudonyms from other tags of the same MAC. They are part of what is stored.
const (
	emailIndexPurpose = "email_index"
	networkPurpose    = "network"
	// auditNetworkPurpose is that of the audit log, so that no pseudonym in it equals one that another table contains.
	auditNetworkPurpose   = "audit_network"
	sessionNetworkPurpose = "session_network"
	// limitPurpose is that of the counters of an email address, which outlive its account.
	limitPurpose = "rate_limit"
	// signupSaltPurpose derives the salt that the pending signups of an email address share. signupNetworkPurpose is that of
	// User.SignupNetwork.
	signupSaltPurpose    = "signup_salt"
	signupNetworkPurpose = "signup_network"
	// Of the calls with an idempotency key.
	idempotencyKeyPurpose   = "idempotency_key"
	idempotencyInputPurpose = "idempotency_input"
)

// Pseudonyms computes keyed pseudonyms of email addresses and client networks, so that they need not be stored in clear.
type Pseudonyms struct{ mac ports.MAC }

// NewPseudonyms returns the pseudonyms under the keys of mac.
func NewPseudonyms(mac ports.MAC) Pseudonyms { return Pseudonyms{mac: mac} }

// Email computes the indexes of an email address, one for each MAC key in use. A search uses all of them; new rows store the
// pseudonym under the primary key.
func (p Pseudonyms) Email(e domain.Email) (domain.EmailIndexes, error) {
	tags, err := p.mac.Tags(emailIndexPurpose, []byte(e.Canonical()))
	if err != nil {
		return nil, fmt.Errorf("index an email address: %w", err)
	}
	indexes := make(domain.EmailIndexes, len(tags))
	for i, tag := range tags {
		indexes[i] = domain.EmailIndex(tag)
	}
	return indexes, nil
}

// account computes the pseudonym of an email address for rate limits and the hash queue.
func (p Pseudonyms) account(e domain.Email) (string, error) {
	tag, err := p.mac.Tag(limitPurpose, []byte(e.Canonical()))
	if err != nil {
		return "", fmt.Errorf("compute the pseudonym of an email address: %w", err)
	}
	return string(tag), nil
}

// network computes the pseudonym of a client's network, since an IP address may identify a person.
func (p Pseudonyms) network(from netip.Prefix) (string, error) {
	tag, err := p.mac.Tag(networkPurpose, []byte(from.String()))
	if err != nil {
		return "", fmt.Errorf("compute the pseudonym of a network: %w", err)
	}
	return string(tag), nil
}

// auditTag computes the tag of a network for domain.AuditPseudonym, from the network's pseudonym.
func (p Pseudonyms) auditTag(network string) (string, error) {
	tag, err := p.mac.Tag(auditNetworkPurpose, []byte(network))
	if err != nil {
		return "", fmt.Errorf("compute the pseudonym of a network: %w", err)
	}
	return string(tag), nil
}

// sessionNetwork computes the pseudonym of a client's wide network for one session: the rows of two sessions have no network in
// common.
func (p Pseudonyms) sessionNetwork(s domain.SessionID, from netip.Prefix) (domain.NetworkPseudonym, error) {
	tag, err := p.mac.Tag(sessionNetworkPurpose, append(s.ID[:], domain.WideNetwork(from).String()...))
	if err != nil {
		return "", fmt.Errorf("compute the pseudonym of a network: %w", err)
	}
	return domain.NetworkPseudonym(tag), nil
}

// auditTagOf computes the tag of a client's network for domain.AuditPseudonym.
func (p Pseudonyms) auditTagOf(from netip.Prefix) (string, error) {
	network, err := p.network(from)
	if err != nil {
		return "", err
	}
	return p.auditTag(network)
}

// signupSaltSize is the size of a salt in bytes (RFC 9106, section 3.1).
const signupSaltSize = 16

// signupSalt computes the salt of the password hashes of all pending signups of an email address, so that one hash verifies a
// password against all of them. Without the key, the salt of an email address cannot be known in advance.
func (p Pseudonyms) signupSalt(e domain.Email) ([]byte, error) {
	tag, err := p.mac.Tag(signupSaltPurpose, []byte(e.Canonical()))
	if err != nil {
		return nil, fmt.Errorf("derive the salt of an email address: %w", err)
	}
	return tag[len(tag)-signupSaltSize:], nil // a tag begins with the id of its key
}

// signupNetwork computes the pseudonym of a wide network among the signups of one email address. That of another email address
// differs, so that stored signups do not show which of them came from one network.
func (p Pseudonyms) signupNetwork(e domain.Email, from netip.Prefix) (domain.SignupNetwork, error) {
	tag, err := p.mac.Tag(signupNetworkPurpose, []byte(domain.WideNetwork(from).String()+" "+e.Canonical()))
	if err != nil {
		return "", fmt.Errorf("compute the pseudonym of the network of a signup: %w", err)
	}
	return domain.SignupNetwork(tag), nil
}

// networks computes the pseudonyms of every network that contains a client, in the order of domain.NetworkLevels.
func (p Pseudonyms) networks(from netip.Prefix) ([]string, error) {
	levels := domain.NetworkLevels(from)
	pseudonyms := make([]string, len(levels))
	for i, level := range levels {
		var err error
		if pseudonyms[i], err = p.network(level); err != nil {
			return nil, err
		}
	}
	return pseudonyms, nil
}

// tags computes the tags of texts together, one for each MAC key in use, the primary key's first.
func (p Pseudonyms) tags(purpose string, parts ...string) ([]string, error) {
	tags, err := p.mac.Tags(purpose, domain.JoinTagged(parts))
	if err != nil {
		return nil, fmt.Errorf("compute the tags of an idempotent call: %w", err)
	}
	texts := make([]string, len(tags))
	for i, tag := range tags {
		texts[i] = string(tag)
	}
	return texts, nil
}
