import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeAccessLogs, exempt } from './acknowledge.ts';

export interface MessageBucketProps {
  readonly bucketName: string;
  /** Encrypts payloads: a build request carries the server's password. */
  readonly key: IKey;
}

/**
 * Payloads outlive every message that points to them: four days in its queue, then fourteen as a dead letter, which a
 * function of ours sends anew.
 */
const KEPT = Duration.days(19);

/** The payloads of messages that no queue takes: encrypted, private, TLS only, and gone after 19 days. */
export class MessageBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: MessageBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    exempt(this.bucket, {
      CKV_AWS_18: 'payloads are written and read by the deployment itself and live for 19 days',
      CKV_AWS_21: 'a payload is named by a digest of its text: no later one takes its place',
    });
    acknowledgeAccessLogs(this.bucket, 'payloads are written and read by the deployment itself and live for 19 days');
  }
}
