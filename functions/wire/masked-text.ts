/**
 * How names of secrets end (oslo_utils.strutils.mask_password), and those of what Nova hands to guests and to storage.
 */
const NAME = String.raw`(?:passw(?:or)?d|pass(?:phrase)?|pswd|secret\w*|token|(?:api|private|fernet|access|encryption|encrypted|ssh|ssl|dhchap)_?key|keyring|credentials?|authorization|cookie|signature|temp_url_sig|configdrive|user_data|injected_files?|injection)`;

/** What stands between the name of a secret and its value, where the name may lie in quotes. */
const NAMED = String.raw`${NAME}\\{0,7}["']?\s{0,4}[:=]\s{0,4}`;

/** A list, tuple or map of secrets up to the last bracket that may end it: what is in it may have brackets of its own. */
const within = (open: string, close: string): RegExp =>
  new RegExp(String.raw`(${NAMED}[${open}])(?!\s{0,4}[${close}])(?:[^]*(?=[${close}])|[^]*)`, 'giu');

/**
 * What is kept, a value that is covered behind it. Texts lie in texts, so a quote has backslashes before it; the one
 * that ends a value has as many as the one that began it, and a quote of the value itself has more.
 */
const SECRETS: readonly RegExp[] = [
  within('\\[', '\\]'),
  within('(', ')'),
  within('{', '}'),
  // In JSON, in a map of Python, or in either of them inside of another text.
  new RegExp(
    String.raw`(${NAMED}[ub]?(?<slashes>\\{0,7})(?<quote>["']))(?:(?!(?<!\\)\k<slashes>\k<quote>(?!\w))[^])+`,
    'giu',
  ),
  new RegExp(String.raw`(${NAME}\\{0,7}["']\s{0,4}:\s{0,4})(?!null|None|true|false|True|False)[\w.+-]+`, 'gu'),
  new RegExp(String.raw`(${NAME}(?:\s{0,4}=\s{0,4}|%3D))[^\s"'\\,;&<>([{]+`, 'giu'),
  new RegExp(String.raw`(${NAME}\s{0,4}:\s{0,4}(?:(?:basic|bearer)\s{1,4})?)[^\s"'\\,;([{]+`, 'giu'),
  new RegExp(String.raw`(<${NAME}>)[^<]+`, 'giu'),
  new RegExp(String.raw`(--(?:\w{1,20}-)?${NAME}\s{1,4})[^\s-]\S*`, 'giu'),
  new RegExp(String.raw`(${NAME}\s{1,4}(?:-v|--value)\s{1,4})\S+`, 'giu'),
  /(\bsecret,(?:[\w-]{1,20}=[^\s,]{0,80},){0,4}data=)[^\s,]+/gu,
  /(:key=)[^\s:"']+/gu,
  /(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)(?:(?!-----END)[^])+/gu,
  /(:\/\/[^\s:@/"']{1,100}:)(?!\d{1,5}\/)[^\s"'<>]{1,200}(?=@)/gu,
];

/** Characters of a text that anybody keeps. */
const MOST = 65_536;

/** The beginning of what a compute says of a failure, without the values of passwords, tokens and keys in it. */
export const maskedText = (text: string): string => masked(text.slice(0, MOST));

/** A text of any length without the values of passwords, tokens and keys in it. */
export const masked = (text: string): string => SECRETS.reduce((said, secret) => said.replace(secret, '$1***'), text);
