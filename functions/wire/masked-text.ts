/**
 * How names of secrets end (oslo_utils.strutils.mask_password), and those of what Nova hands to guests and to storage.
 */
const NAME = String.raw`(?:passw(?:or)?d|pass(?:phrase)?|pswd|secret\w*|token|(?:api|private|fernet|access|encryption|ssh)_?key|keyring|credentials?|user_data|injected_files?|injection)`;

/**
 * What is kept, a value that is covered behind it. Texts lie in texts, so a quote has backslashes before it; the one
 * that ends a value has as many as the one that began it, and a quote of the value itself has more.
 */
const SECRETS: readonly RegExp[] = [
  // In JSON, in a map of Python, or in either of them inside of another text.
  new RegExp(
    String.raw`(${NAME}\\{0,7}["']?\s{0,4}[:=]\s{0,4}[[({]{0,4}[ub]?(?<slashes>\\{0,7})(?<quote>["']))(?:(?!(?<!\\)\k<slashes>\k<quote>(?!\w))[^])+`,
    'giu',
  ),
  new RegExp(String.raw`(${NAME}\\{0,7}["']\s{0,4}:\s{0,4})(?!null|None|true|false|True|False)[\w.+-]+`, 'gu'),
  new RegExp(String.raw`(${NAME}\s{0,4}=\s{0,4})[^\s"'\\,;&<>]+`, 'giu'),
  new RegExp(String.raw`(<${NAME}>)[^<]+`, 'giu'),
  new RegExp(String.raw`(--${NAME}\s{1,4})[^\s-]\S*`, 'giu'),
  /(\bx-[\w-]{0,40}token:\s{0,4})[^\s"'\\,;]+/giu,
  /(\bauthorization:\s{0,4}(?:basic|bearer)\s{1,4})[^\s"'\\,;]+/giu,
  /(:\/\/[^\s:@/"']{1,100}:)(?!\d{1,5}\/)[^\s"'<>]{1,200}(?=@)/gu,
];

/** Characters of a text that anybody keeps. */
const MOST = 65_536;

/** The beginning of what a compute says of a failure, without the values of passwords, tokens and keys in it. */
export const maskedText = (text: string): string => masked(text.slice(0, MOST));

/** A text of any length without the values of passwords, tokens and keys in it. */
export const masked = (text: string): string => SECRETS.reduce((said, secret) => said.replace(secret, '$1***'), text);
