/** How names of secrets end (oslo_utils.strutils.mask_password). */
const NAME = String.raw`(?:passw(?:or)?d|pass(?:phrase)?|pswd|secret\w*|token|(?:api|private|fernet)_?key)`;

/** What is kept, a value that is covered behind it. */
const SECRETS: readonly RegExp[] = [
  // In JSON, in a map of Python, or in either of them inside of another text.
  new RegExp(String.raw`(${NAME}\\{0,3}["']?\s{0,4}[:=]\s{0,4}u?\\{0,3}(["']))(?:(?!\\{0,3}\2)[^])+`, 'giu'),
  new RegExp(String.raw`(${NAME}\s{0,4}=\s{0,4})[^\s"'\\,;&<>]+`, 'giu'),
  new RegExp(String.raw`(<${NAME}>)[^<]+`, 'giu'),
  new RegExp(String.raw`(--${NAME}\s{1,4})[^\s-]\S*`, 'giu'),
  /(:\/\/[^\s:@/]{1,100}:)[^\s@/]{1,200}(?=@)/gu,
];

/** Characters of a text that anybody keeps. */
const MOST = 65_536;

/** The beginning of what a compute says of a failure, without the values of passwords, tokens and keys in it. */
export const maskedText = (text: string): string =>
  SECRETS.reduce((masked, secret) => masked.replace(secret, '$1***'), text.slice(0, MOST));
