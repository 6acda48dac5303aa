exports.handler = async (event) => event.Records.map((record) => record.messageId);
