// The classes of this package, for programmatic use. n8n itself reads the `n8n` section of package.json.
const { VerifikApi } = require('./dist/credentials/VerifikApi.credentials.js');
const { DocumentLiveness } = require('./dist/nodes/DocumentLiveness/DocumentLiveness.node.js');
const {
	DocumentLivenessTrigger,
} = require('./dist/nodes/DocumentLivenessTrigger/DocumentLivenessTrigger.node.js');

module.exports = { DocumentLiveness, DocumentLivenessTrigger, VerifikApi };
