<?php
// Where a Prepare's time goes inside PHP, in microseconds. Read by measure-http.ts; does what public/callback.php does.
$at = ['start' => hrtime(true)];
require 'BRIDGE/autoload.php';
$config = ClickBridge\Config::read(ClickBridge\Config::path());
$at['read the settings'] = hrtime(true);
$question = ClickBridge\Callback\HttpRequest::current(false, false);
$frame = $question->serializeToString();
$at['load and fill the messages (google/protobuf)'] = hrtime(true);
$reply = $config->client()->call('clickbridge.v1.CallbackService/AnswerCallback', $question, new ClickBridge\Contract\V1\AnswerCallbackResponse(), 4000);
$at['the call over curl, the service within it'] = hrtime(true);
$last = array_shift($at);
$stages = [];
foreach ($at as $name => $time) {
    $stages[$name] = intdiv($time - $last, 1000);
    $last = $time;
}
header('Content-Type: application/json');
echo json_encode(['error' => $reply->getError(), 'stages' => $stages]);
