export { VerifikApi } from './dist/credentials/VerifikApi.credentials';
export { DocumentLiveness } from './dist/nodes/DocumentLiveness/DocumentLiveness.node';
