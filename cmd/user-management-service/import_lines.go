package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxImportLine bounds one line of an import, in bytes.
const maxImportLine = 64 << 10

// lineError says why a line cannot be read. It contains nothing of the line but names of members.
type lineError string

func (e lineError) Error() string { return string(e) }

var (
	errLongLine = lineError(fmt.Sprintf("is longer than %d bytes", maxImportLine))
	errUTF16    = errors.New("the import is UTF-16; convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8")
)

// byteOrderMark may begin a file, and in concatenated files a line. RFC 8259, section 8.1, lets a reader ignore it.
var byteOrderMark = []byte("\uFEFF")

// eachLine calls act with every line that is not empty, and with errLongLine for one that is too long.
func eachLine(r io.Reader, act func(n int, line []byte, err error) error) error {
	lines := bufio.NewReaderSize(r, maxImportLine)
	if start, _ := lines.Peek(2); string(start) == "\xff\xfe" || string(start) == "\xfe\xff" {
		return errUTF16
	}
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		var tooLong error
		for errors.Is(err, bufio.ErrBufferFull) {
			tooLong = errLongLine
			_, err = lines.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the import: %w", err)
		}
		if line = bytes.TrimSpace(bytes.TrimPrefix(line, byteOrderMark)); len(line) > 0 {
			if err := act(n, line, tooLong); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

// span is a JSON value that ends on another line than it begins. It is reported once, for its first line.
type span struct {
	isArray bool
	depth   int // of the value, after the lines so far; 0 if there is none
}

// begin looks whether a line that could not be read begins such a value.
func (s *span) begin(line []byte, err error) {
	if errors.Is(err, errUnfinished) || errors.Is(err, errArray) {
		*s = span{isArray: line[0] == '[', depth: max(nesting(line), 0)}
	}
}

// contains reports whether the line belongs to the value. A line that is a complete object does not: the line before was cut off.
func (s *span) contains(line []byte) bool {
	switch {
	case s.depth == 0:
		return false
	case !strings.ContainsRune(`"{}[],`, rune(line[0])), !s.isArray && isObject(line):
		s.depth = 0
		return false
	default:
		s.depth = max(s.depth+nesting(line), 0)
		return true
	}
}

func isObject(line []byte) bool {
	return line[0] == '{' && jsontext.Value(line).IsValid(jsontext.AllowDuplicateNames(true))
}

// nesting is how many more brackets a line opens than it closes, outside of strings.
func nesting(line []byte) (depth int) {
	inString, isEscaped := false, false
	for _, b := range line {
		switch {
		case isEscaped:
			isEscaped = false
		case inString && b == '\\':
			isEscaped = true
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		}
	}
	return depth
}
