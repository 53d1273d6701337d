import { hmac, sha256 } from '#adapters/function-url/signature';

/** Who signs. */
export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Headers of a GET that is signed by Signature Version 4, as a function URL with AWS_IAM wants it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 *
 * @param now epoch milliseconds
 */
export function signedHeaders(
  url: URL,
  { region, service, now }: { readonly region: string; readonly service: string; readonly now: number },
  { accessKeyId, secretAccessKey, sessionToken }: SigningIdentity,
): Record<string, string> {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/gu, '');
  const day = time.slice(0, 8);
  const token = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };
  const headers: Record<string, string> = { host: url.host, 'x-amz-date': time, ...token };
  const names = Object.keys(headers).toSorted();
  const signed = names.join(';');
  const canonical = [
    'GET',
    url.pathname,
    '',
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    signed,
    sha256(''),
  ];
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical.join('\n'))].join('\n');
  const key = [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secretAccessKey}`, day));
  const signature = hmac(key, toSign).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}
