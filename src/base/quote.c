/* SPDX-License-Identifier: Apache-2.0 */
#include "quote.h"

#include <string.h>

#include "bytes.h"

/* Length of the valid UTF-8 sequence of printable code points at `s`, 0 if there is none. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	size_t len = s[0] < 0x80		    ? 1
		     : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
		     : (s[0] & 0xf0) == 0xe0	    ? 3
		     : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
						    : 0;

	if (len == 0 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (len == 1)
		return s[0] >= 0x20 && s[0] != 0x7f && s[0] != '\\';
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
	    (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	if (s[0] == 0xc2 && s[1] < 0xa0) /* C1 controls: some terminals obey them */
		return 0;
	/* U+202A..E and U+2066..9 reorder what is shown: "evil" could read as another name */
	if (s[0] == 0xe2 &&
	    ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) || (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9)))
		return 0;
	return len;
}

char *quote_len(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	autobuf out = {0};

	for (size_t i = 0; i < len;) {
		size_t n = utf8_len(s + i, len - i);

		if (n) {
			buf_add(&out, s + i, n);
			i += n;
			continue;
		}
		if (s[i] == '\n')
			buf_str(&out, "\\n");
		else if (s[i] == '\t')
			buf_str(&out, "\\t");
		else if (s[i] == '\\')
			buf_str(&out, "\\\\");
		else
			buf_printf(&out, "\\x%02x", s[i]);
		i++;
	}
	return buf_take_str(&out);
}

char *quote(const char *text)
{
	return quote_len(text, strlen(text));
}
