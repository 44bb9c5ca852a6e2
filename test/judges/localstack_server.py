"""LocalStack in host mode, with what it would download or needs Docker for: JSONata by jsonata-python, and functions that answer.

usage: localstack_server.py PORT LAMBDA_ENDPOINT, with the address to listen at in GATEWAY_LISTEN
LocalStack evaluates JSONata on a Java machine with archives that it downloads, and tells its EventBridge, which does the
same, of every change of an execution's status. Its mocked integrations (SFN_MOCK_CONFIG) answer whatever they are asked,
while an agent's turns and answers by a schema depend on it: so functions are invoked as on the other engines.
"""

import json
import sys
import urllib.parse
import urllib.request

import jsonata
from jsonata.utils import Utils
from localstack.runtime.main import main
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import lambda_eval_utils
from localstack.services.stepfunctions.asl.jsonata import jsonata as localstack_jsonata
from localstack.services.stepfunctions.backend.alias import Alias
from localstack.services.stepfunctions.backend.execution import Execution

_, lambda_endpoint = sys.argv[1:]


def evaluate(expression):
    try:
        value = jsonata.Jsonata(expression).evaluate(None)
        return None if value is Utils.NULL_VALUE else value
    except Exception as error:
        raise localstack_jsonata.JSONataException(getattr(error, "error", "UNKNOWN"), str(error)) from error


def invoke(parameters, region, state_credentials):
    name = urllib.parse.quote(parameters["FunctionName"].split(":function:")[-1])
    url = f"{lambda_endpoint}/2015-03-31/functions/{name}/invocations"
    payload = parameters.get("Payload", b"{}")
    data = payload.encode() if isinstance(payload, str) else payload
    with urllib.request.urlopen(urllib.request.Request(url, data=data, method="POST")) as response:
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": json.load(response)}


localstack_jsonata._eval_jsonata = evaluate
lambda_eval_utils._invoke_lambda_function = invoke
# A start copies the state machine with its aliases, whose locks cannot be copied.
Alias.__deepcopy__ = lambda self, memo: self
Execution.publish_execution_status_change_event = lambda self: None
main()
