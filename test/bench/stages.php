<?php
// Where a Prepare's time goes inside PHP, in microseconds. Read by measure-http.ts; does what public/callback.php does.
$at = ['start' => hrtime(true)];
require 'BRIDGE/autoload.php';
$request = ClickBridge\Callback\HttpRequest::current();
$fields = ClickBridge\Callback\Form::read($request);
$config = ClickBridge\Config::read(ClickBridge\Config::path());
$at['read the form and the settings'] = hrtime(true);
$question = new ClickBridge\Contract\V1\PrepareRequest(['callback' => new ClickBridge\Contract\V1\Callback($fields)]);
$frame = $question->serializeToString();
$at['load and fill the messages (google/protobuf)'] = hrtime(true);
$reply = $config->client()->call('clickbridge.v1.CallbackService/Prepare', $question, new ClickBridge\Contract\V1\PrepareResponse(), 4000);
$at['the call over curl, the service within it'] = hrtime(true);
$last = array_shift($at);
$stages = [];
foreach ($at as $name => $time) {
    $stages[$name] = intdiv($time - $last, 1000);
    $last = $time;
}
header('Content-Type: application/json');
echo json_encode(['error' => $reply->getError(), 'stages' => $stages]);
