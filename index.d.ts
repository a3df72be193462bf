import type { ICredentialType, INodeType } from 'n8n-workflow';

/** The Verifik API credential. */
export declare const VerifikApi: new () => ICredentialType;

/** The Verifik Document Liveness node. */
export declare const DocumentLiveness: new () => INodeType;

/** The Verifik Document Liveness Trigger node. */
export declare const DocumentLivenessTrigger: new () => INodeType;
