<?php

declare(strict_types=1);

namespace ClickBridge\Test\Conformance;

/**
 * What would let code pass on the stand-in and fail in Bitrix, or the other way round. Each difference is named by its place.
 *
 * @phpstan-import-type Callable_ from Signatures
 */
final class SignatureComparison
{
    public function __construct(private readonly Signatures $core)
    {
    }

    /** @return list<string> of all that the stand-in has */
    public function all(): array
    {
        $functions = array_map($this->ofFunction(...), StandInKernel::functions());
        return array_merge(...array_map($this->ofClass(...), StandInKernel::classes()), ...$functions);
    }

    /**
     * @param \ReflectionClass<object> $own
     * @return list<string>
     */
    private function ofClass(\ReflectionClass $own): array
    {
        $name = $own->getName();
        $class = $this->core->class($name);
        if ($class === null) {
            return ["$name: core has none"];
        }
        $kinds = [
            'final' => [$own->isFinal(), $class['final']],
            'abstract' => [$own->isAbstract() && !$own->isInterface(), $class['abstract']],
            'an interface' => [$own->isInterface(), $class['kind'] === 'interface'],
        ];
        $found = [];
        foreach ($kinds as $kind => [$is, $isInCore]) {
            if ($is !== $isInCore) {
                $found[] = "$name: is " . ($is ? '' : 'not ') . "$kind, unlike core's";
            }
        }
        foreach ($own->getMethods() as $method) {
            // What a parent has that is in the core too is compared there.
            $isParents = $method->class !== $name && $this->core->class($method->class) !== null;
            if (!$method->isPrivate() && !$method->isInternal() && !$isParents) {
                $found = [...$found, ...$this->ofMethod($own, $method)];
            }
        }
        foreach (array_merge((array) class_parents($name), (array) class_implements($name)) as $ancestor) {
            if ($this->core->class((string) $ancestor) !== null && !$this->core->isA($name, (string) $ancestor)) {
                $found[] = "$name: is a $ancestor, unlike core's";
            }
        }
        return [...$found, ...$this->ofConstants($own)];
    }

    /**
     * @param \ReflectionClass<object> $own
     * @return list<string>
     */
    private function ofMethod(\ReflectionClass $own, \ReflectionMethod $method): array
    {
        $place = "{$own->getName()}::{$method->getName()}";
        $core = $this->core->method($own->getName(), $method->getName());
        if ($core === null) {
            return ["$place: core has none"];
        }
        $found = $this->shape($place, $method, $core);
        foreach (['protected' => $method->isProtected(), 'static' => $method->isStatic(), 'final' => $method->isFinal()] as $kind => $is) {
            if ($is !== ($core[$kind] ?? false)) {
                $found[] = "$place: is " . ($is ? '' : 'not ') . "$kind, unlike core's";
            }
        }
        return $found;
    }

    /** @return list<string> */
    private function ofFunction(\ReflectionFunction $function): array
    {
        $core = $this->core->function($function->getName());
        $place = "{$function->getName()}()";
        return $core === null ? ["$place: core has none"] : $this->shape($place, $function, $core);
    }

    /**
     * @param Callable_ $core
     * @return list<string>
     */
    private function shape(string $place, \ReflectionFunctionAbstract $own, array $core): array
    {
        [$required, $total] = $core['params'];
        $found = [];
        if ($own->getNumberOfRequiredParameters() !== $required) {
            $found[] = "$place: requires {$own->getNumberOfRequiredParameters()} parameters, core $required";
        }
        if ($own->getNumberOfParameters() > $total && !isset($core['variadic'])) {
            $found[] = "$place: takes {$own->getNumberOfParameters()} parameters, core $total";
        }
        $byReference = array_keys(array_filter(
            $own->getParameters(),
            static fn(\ReflectionParameter $parameter): bool => $parameter->isPassedByReference(),
        ));
        if ($byReference !== ($core['byReference'] ?? [])) {
            $found[] = "$place: takes others by reference than core";
        }
        foreach ($own->getParameters() as $at => $parameter) {
            if (($core['types'][$at] ?? '') !== '' && !$parameter->hasType()) {
                $found[] = "$place: takes anything as \${$parameter->getName()}, core {$core['types'][$at]}";
            }
        }
        $returns = $core['returns'] ?? '';
        if (!($own instanceof \ReflectionMethod && $own->isAbstract()) && in_array($returns, ['value', 'nothing'], true)) {
            $gives = ReturnedValue::isIn($own) ? 'value' : 'nothing';
            if ($gives !== $returns) {
                $found[] = "$place: returns $gives, core $returns";
            }
        }
        if (isset($core['returnType']) && !$own->hasReturnType()) {
            $found[] = "$place: declares no return type, core {$core['returnType']}";
        }
        return $found;
    }

    /**
     * @param \ReflectionClass<object> $own
     * @return list<string>
     */
    private function ofConstants(\ReflectionClass $own): array
    {
        $core = $this->core->constantsOf($own->getName());
        $found = [];
        foreach ($own->getReflectionConstants() as $constant) {
            $place = "{$own->getName()}::{$constant->getName()}";
            if ($constant->isPrivate()) {
                continue;
            }
            if (!array_key_exists($constant->getName(), $core)) {
                $found[] = "$place: core has none";
            } elseif ($core[$constant->getName()] !== null && $core[$constant->getName()] !== $constant->getValue()) {
                $found[] = "$place: is " . json_encode($constant->getValue()) . ', core ' . json_encode($core[$constant->getName()]);
            }
        }
        return $found;
    }
}
