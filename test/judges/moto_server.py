"""moto's server with what it lacks to run the compiled definitions: JSONata by jsonata-python, and functions that answer.

usage: moto_server.py PORT LAMBDA_ENDPOINT
moto evaluates JSONata on a Java machine that it does not ship; without Docker its functions answer with their own input.
"""

import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonata
from jsonata.utils import Utils
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config
from moto.server import main
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

port, lambda_endpoint = sys.argv[1:]


def evaluate(expression):
    try:
        value = jsonata.Jsonata(expression).evaluate(None)
        return None if value is Utils.NULL_VALUE else value
    except Exception as error:
        raise moto_jsonata.JSONataException(getattr(error, "error", "UNKNOWN"), str(error)) from error


def invoke(self, function_name, qualifier, body, headers, response_headers):
    name = urllib.parse.quote(function_name.split(":function:")[-1])
    url = f"{lambda_endpoint}/2015-03-31/functions/{name}/invocations"
    data = body.encode() if isinstance(body, str) else body
    with urllib.request.urlopen(urllib.request.Request(url, data=data, method="POST")) as response:
        return response.read()


moto_jsonata._eval_jsonata = evaluate
LambdaSimpleBackend.invoke = invoke
default_user_config["lambda"]["use_docker"] = False
default_user_config["stepfunctions"]["execute_state_machine"] = True
main(["--port", port])
