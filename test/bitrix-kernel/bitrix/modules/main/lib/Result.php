<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Result
{
    /** @var list<Error> */
    protected array $errors = [];
    /** @var array<mixed> */
    protected array $data = [];

    public function isSuccess(): bool
    {
        return $this->errors === [];
    }

    /** @return $this */
    public function addError(Error $error)
    {
        $this->errors[] = $error;
        return $this;
    }

    /**
     * @param Error[] $errors
     * @return $this
     */
    public function addErrors(array $errors)
    {
        array_push($this->errors, ...array_values($errors));
        return $this;
    }

    /** @return list<Error> */
    public function getErrors(): array
    {
        return $this->errors;
    }

    /** @return list<string> */
    public function getErrorMessages(): array
    {
        return array_map(static fn(Error $error) => $error->getMessage(), $this->errors);
    }

    /**
     * @param array<mixed> $data
     * @return $this
     */
    public function setData(array $data)
    {
        $this->data = $data;
        return $this;
    }

    /** @return array<mixed> */
    public function getData(): array
    {
        return $this->data;
    }
}
