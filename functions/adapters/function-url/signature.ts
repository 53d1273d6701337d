import { createHash, createHmac } from 'node:crypto';

/** Credentials of a role, as AWS gives them out. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request that is to be signed: a GET, or a POST where it has a body. */
export interface RequestToSign {
  readonly url: URL;
  /** JSON. @default none */
  readonly body?: string;
  readonly region: string;
  /** The name of the service in the scope of the signature. @default lambda */
  readonly service?: string;
  readonly credentials: Credentials;
  /** Epoch milliseconds. */
  readonly now: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The headers of a request to a function URL, signed by Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). The SDK has no client
 * for function URLs, and a path without a query needs no more than this.
 */
export function signedHeaders(signing: RequestToSign): Record<string, string> {
  const { url, body, region, service = 'lambda', credentials, now } = signing;
  const time = new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/gu, '');
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    host: url.host,
    'x-amz-date': time,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const method = body === undefined ? 'GET' : 'POST';
  const request = [method, url.pathname, '', lines.join(''), names, sha256(body ?? '')].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = [ALGORITHM, time, scope, sha256(request)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, text).toString('hex');
  const credential = `${credentials.accessKeyId}/${scope}`;
  headers['authorization'] = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return headers;
}
