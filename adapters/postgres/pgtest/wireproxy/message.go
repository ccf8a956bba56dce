package wireproxy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// Types of messages (https://www.postgresql.org/docs/current/protocol-message-formats.html).
const (
	readyForQuery        = 'Z'
	simpleQuery          = 'Q'
	notificationResponse = 'A'
	idleTransaction      = 'I' // a status that readyForQuery carries
)

// maxMessageLength is PostgreSQL's own limit, in bytes.
const maxMessageLength = 1 << 30

// isAsync reports whether the server may send a message of this type at any time: notifications, notices and changed settings.
func isAsync(kind byte) bool { return kind == notificationResponse || kind == 'N' || kind == 'S' }

// needsReady reports whether the server responds to a client's message of this type with readyForQuery: Sync, Query and
// FunctionCall.
func needsReady(kind byte) bool { return kind == 'S' || kind == simpleQuery || kind == 'F' }

// readMessage reads the type, if the message has one, the length and the rest.
func readMessage(in *bufio.Reader, typed bool) ([]byte, error) {
	before := 0
	if typed {
		before = 1
	}
	head, err := in.Peek(before + 4)
	if err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[before:])
	if length < 4 || length > maxMessageLength {
		return nil, errors.New("not a message of PostgreSQL")
	}
	message := make([]byte, before+int(length))
	_, err = io.ReadFull(in, message)
	return message, err
}

// isNotification reports whether a message is the simple query NOTIFY.
func isNotification(message []byte) bool {
	return message[0] == simpleQuery && len(message) > 5 && strings.HasPrefix(string(message[5:]), "NOTIFY ")
}

func queryMessage(sql string) []byte {
	message := binary.BigEndian.AppendUint32([]byte{simpleQuery}, uint32(4+len(sql)+1))
	return append(append(message, sql...), 0)
}
