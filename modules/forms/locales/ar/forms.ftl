# الاستمارات.
forms-title = الاستمارات
forms-one = استمارة
forms-fill = ملء
forms-drafted = مسودة
forms-cut = هناك استمارات أخرى قيد الاستعمال: انظر قائمة المؤسسة.
forms-none = لا توجد استمارة في هذه الحالة.
forms-none-filled = لا توجد استمارة مملوءة حتى الآن.
forms-older = استمارات أقدم
forms-more = بقية القائمة
forms-search = البحث بالعنوان
forms-search-act = بحث
forms-version = الإصدار
forms-state = الحالة
forms-questions = الأسئلة
forms-by = ملأها
forms-when = في
forms-state-active = قيد الاستعمال
forms-state-draft = قيد الإعداد
forms-state-retired = مسحوبة
forms-faulty = في هذه الاستمارة عيوب ولا يمكن ملؤها:
forms-faults-more = { $count ->
    [zero] ولا عيب آخر.
    [one] وعيب آخر.
    [two] وعيبان آخران.
    [few] و{ $count } عيوب أخرى.
    [many] و{ $count } عيبا آخر.
   *[other] و{ $count } عيب آخر.
}
forms-begun = لم تكتمل
forms-done = مكتملة
forms-amended = مصححة
forms-struck = خطأ في الإدخال
forms-back = كل الاستمارات
forms-required = إجباري
forms-yes = نعم
forms-no = لا
forms-no-answer = بلا جواب
forms-other = غير ذلك:
forms-unit = الوحدة
forms-add = إضافة: { $what }
forms-not-here = لا ترفق الملفات هنا: استعمل وثائق الملف.
forms-not-yet = ليس بعد
forms-taken = مأخوذ من { $at }، يجب التحقق منه.
forms-again = تحديث
forms-aside = حفظ دون إتمام
forms-done-of = إتمام الاستمارة لفائدة { $name }
forms-draft-back = عثر على مسودة من { $time }.
forms-draft-keep = الاحتفاظ بالمسودة
forms-draft-kept = حفظت المسودة على %
forms-draft-lost = لم تحفظ المسودة: آخر ما كتب ليس على الخادم
forms-wrong = لم تحفظ الاستمارة. ما يجب مراجعته:
forms-wrong-missing = يجب ملؤه.
forms-wrong-number = عدد.
forms-wrong-whole = عدد صحيح.
forms-wrong-date = تاريخ.
forms-wrong-time = ساعة.
forms-wrong-address = عنوان كامل مع بدايته.
forms-wrong-option = أحد الأجوبة المقترحة.
forms-wrong-long = { $most } حرفا على الأكثر.
forms-wrong-pattern = ليس بالشكل المنتظر.
forms-wrong-below = { $least } على الأقل.
forms-wrong-above = { $most } على الأكثر.
forms-wrong-reason = اذكر السبب في 300 حرف على الأكثر.
forms-unsettled = حساب في هذه الاستمارة لا ينتهي لأنه يتوقف على نفسه. لا يمكن إتمام الاستمارة؛ بلغ عن ذلك.
forms-lost = لا مكان لهذه الأجوبة في الاستمارة، ولن تحفظ:
forms-meanwhile = غيرت هذه الاستمارة أثناء كتابتك. أجوبتك ما زالت هنا؛ افتحها من جديد لترى ما تغير.
forms-reason = سبب التصحيح
forms-print = طباعة
forms-alone = الاستمارة الأصلية غير موجودة هنا: تظهر الأجوبة كما وردت.
forms-no-answers = لا أجوبة.
forms-go-on = متابعة
forms-correct = تصحيح
forms-amended-by = صححها
forms-struck-by = شطبها
forms-strike = لا مكان لهذه الاستمارة في هذا الملف
forms-strike-reason = لماذا
forms-strike-of = شطب هذه الاستمارة من ملف { $name }
forms-refused-RH-FORMS-REASON = لم يشطب شيء: اذكر السبب في 300 حرف على الأكثر.
forms-refused-RH-FORMS-CHANGED = لم يشطب شيء: غير أحدهم هذه الاستمارة للتو. أعد قراءتها.
forms-refused-RH-FORMS-NOT-YOURS = تشطب الاستمارة من طرف من ملأها.
